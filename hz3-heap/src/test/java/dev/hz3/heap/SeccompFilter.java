package dev.hz3.heap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/// A program that the kernel runs before each system call of a thread, and that answers some of them in the kernel's place (seccomp, `linux/seccomp.h`).
/// Needs no privilege, and cannot be taken off again: for processes that are thrown away.
///
///     number matches? ──▶ each condition holds? ──▶ the answer of that rule
///          └── no ──────────────┴── no ──▶ the next rule … ──▶ the call is made
///
/// To be built and installed by one thread.
@SuppressWarnings("restricted") // a test of what the kernel may answer: the program is installed from here
final class SeccompFilter {

    /// Of an argument, counted from 0.
    sealed interface Condition {
        /// Its lower half is `value`.
        record IsInt(int argument, int value) implements Condition {}

        /// It is unsigned in `[from, end)`.
        record IsIn(int argument, long from, long end) implements Condition {}
    }

    /// An instruction, and how many it leaves out where it holds and where it does not; [#LEAVE] for all that are left of its rule.
    private record Instruction(int code, int then, int otherwise, int operand) {}

    private static final int LEAVE = -1;
    private static final int LOAD = 0x20;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_GREATER = 0x25;
    private static final int IF_AT_LEAST = 0x35;
    private static final int RETURN = 0x06;
    private static final int ALLOW = 0x7fff_0000;
    private static final int ERRNO = 0x0005_0000;
    private static final int ASK = 0x7fc0_0000;
    private static final int INSTRUCTION_BYTES = 8;

    private static final int SET_MODE_FILTER = 1;
    private static final int ON_ALL_THREADS = 1;
    private static final int NEW_LISTENER = 8;
    private static final int SAY_IF_A_THREAD_CANNOT = 16; // without it a listener and all threads exclude each other
    private static final int NO_NEW_PRIVILEGES = 38;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_OF = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().find("syscall").orElseThrow(),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            CAPTURE,
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle PRCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().find("prctl").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            CAPTURE,
            Linker.Option.firstVariadicArg(1));

    private final List<Instruction> program = new ArrayList<>();

    /// Answers `-errno` to calls for which all conditions hold, without making them.
    SeccompFilter refuse(int errno, SystemCall call, Condition... conditions) {
        return rule(ERRNO | errno, call, conditions);
    }

    /// Asks the listener what to answer to calls for which all conditions hold.
    SeccompFilter ask(SystemCall call, Condition... conditions) {
        return rule(ASK, call, conditions);
    }

    private SeccompFilter rule(int answer, SystemCall call, Condition... conditions) {
        List<Instruction> rule = new ArrayList<>();
        rule.add(new Instruction(LOAD, 0, 0, 0));
        rule.add(new Instruction(IF_EQUAL, 0, LEAVE, call.number()));
        for (Condition condition : conditions) {
            switch (condition) {
                case Condition.IsInt(int argument, int value) -> {
                    rule.add(new Instruction(LOAD, 0, 0, low(argument)));
                    rule.add(new Instruction(IF_EQUAL, 0, LEAVE, value));
                }
                case Condition.IsIn(int argument, long from, long end) -> {
                    rule.add(new Instruction(LOAD, 0, 0, low(argument) + 4));
                    rule.add(new Instruction(IF_AT_LEAST, 0, LEAVE, (int) (from >>> 32)));
                    rule.add(new Instruction(IF_EQUAL, 0, 2, (int) (from >>> 32)));
                    rule.add(new Instruction(LOAD, 0, 0, low(argument)));
                    rule.add(new Instruction(IF_AT_LEAST, 0, LEAVE, (int) from));
                    rule.add(new Instruction(LOAD, 0, 0, low(argument) + 4));
                    rule.add(new Instruction(IF_GREATER, LEAVE, 0, (int) (end - 1 >>> 32)));
                    rule.add(new Instruction(IF_EQUAL, 0, 2, (int) (end - 1 >>> 32)));
                    rule.add(new Instruction(LOAD, 0, 0, low(argument)));
                    rule.add(new Instruction(IF_GREATER, LEAVE, 0, (int) (end - 1)));
                }
            }
        }
        rule.add(new Instruction(RETURN, 0, 0, answer));
        for (int i = 0; i < rule.size(); i++) {
            Instruction at = rule.get(i);
            int out = rule.size() - i - 1;
            program.add(new Instruction(
                    at.code, at.then == LEAVE ? out : at.then, at.otherwise == LEAVE ? out : at.otherwise, at.operand));
        }
        return this;
    }

    /// Where the lower half of an argument lies in `struct seccomp_data`.
    private static int low(int argument) {
        return 16 + 8 * argument;
    }

    /// From now on for this thread and those that it starts.
    ///
    /// @throws UnsupportedOperationException where the kernel does not take it
    void installHere() {
        install(0);
    }

    /// From now on for every thread of the process.
    ///
    /// @return the listener's descriptor
    /// @throws UnsupportedOperationException where the kernel does not take it
    int installEverywhere() {
        return (int) install(ON_ALL_THREADS | NEW_LISTENER | SAY_IF_A_THREAD_CANNOT);
    }

    private long install(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment code = arena.allocate((long) (program.size() + 1) * INSTRUCTION_BYTES, 8);
            for (int i = 0; i < program.size(); i++) {
                put(code, i, program.get(i));
            }
            put(code, program.size(), new Instruction(RETURN, 0, 0, ALLOW));
            MemorySegment head = arena.allocate(16, 8);
            head.set(ValueLayout.JAVA_SHORT, 0, (short) (program.size() + 1));
            head.set(JAVA_LONG, 8, code.address());
            int answer = (int) PRCTL.invokeExact(state, NO_NEW_PRIVILEGES, 1L, 0L, 0L, 0L);
            long installed = answer != 0
                    ? answer
                    : (long) SYSCALL.invokeExact(
                            state, (long) SystemCall.SECCOMP.number(), (long) SET_MODE_FILTER, (long) flags, head.address());
            if (installed < 0) {
                throw new UnsupportedOperationException("seccomp(flags=" + flags + "): errno=" + (int) ERRNO_OF.get(state, 0L));
            }
            return installed;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private static void put(MemorySegment code, int index, Instruction instruction) {
        long at = (long) index * INSTRUCTION_BYTES;
        code.set(ValueLayout.JAVA_SHORT, at, (short) instruction.code);
        code.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction.then);
        code.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.otherwise);
        code.set(JAVA_INT, at + 4, instruction.operand);
    }
}
