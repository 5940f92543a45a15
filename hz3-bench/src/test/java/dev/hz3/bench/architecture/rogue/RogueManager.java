package dev.hz3.bench.architecture.rogue;

/// Has a name that says nothing.
public final class RogueManager {

    private RogueManager() {}
}
