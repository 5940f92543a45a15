package dev.hz3.bench.architecture.rogue;

import java.util.logging.Logger;

/// Talks.
public final class RogueChatter {

    private RogueChatter() {}

    static void talk(Exception failure) {
        System.out.println("so it begins");
        Logger.getLogger("rogue").info("so it goes on");
        failure.printStackTrace();
    }
}
