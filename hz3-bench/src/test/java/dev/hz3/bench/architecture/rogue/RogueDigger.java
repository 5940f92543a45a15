package dev.hz3.bench.architecture.rogue;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;

/// Walks round the walls.
public final class RogueDigger {

    private RogueDigger() {}

    static Class<?> byName() throws ClassNotFoundException {
        return Class.forName("dev.hz3.segment.bits.FreeBits");
    }

    static MethodHandles.Lookup byLookup(Class<?> of) throws IllegalAccessException {
        return MethodHandles.privateLookupIn(of, MethodHandles.lookup());
    }

    static String byReflection(Method method) {
        return method.getName();
    }
}
