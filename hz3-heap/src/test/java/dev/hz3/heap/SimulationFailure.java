package dev.hz3.heap;

/// Something that must be true was not.
final class SimulationFailure extends AssertionError {

    private static final long serialVersionUID = 1;

    SimulationFailure(String message) {
        super(message);
    }

    SimulationFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
