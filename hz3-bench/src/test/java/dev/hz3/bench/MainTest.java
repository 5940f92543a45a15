package dev.hz3.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class MainTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "burst-idle 100 x | idle-seconds is 'x', but must be a whole number from 1 to 3600",
        "burst-idle -5 | objects is '-5', but must be a whole number from 1 to 10000000",
        "burst-idle --threads 0 | threads is '0', but must be a whole number from 1 to 256",
        "burst-idle 100 --objects 200 | objects is given twice, by its place and by its name",
        "burst-idle 1 1 1 1 1 1 1 1 1 1 1 | 11 numbers are given, but there are 10",
        "burst-idle --allocator dlmalloc | allocator is 'dlmalloc', but must be one of hz3, glibc, jemalloc,",
        "steady --threads 0 | threads is '0', but must be a whole number from 1 to 256",
        "steady --min 9 --max 8 | min is 9 and max is 8, but no block has at least min and at most max bytes",
        "steady --bar 0 | bar is 0.0, but must be above 0",
        "observe --rounds 0 | rounds is '0', but must be a whole number from 1 to 99",
        "observe --survivors 51 | survivors is '51', but must be a whole number from 0 to 50",
        "observe --mib 0 | mib is '0', but must be a whole number from 1 to 65536",
        "observe --threads many | threads is 'many', but must be a whole number: that share the blocks, 1 to 64",
        "observe --silence-seconds 601 | silence-seconds is '601', but must be a whole number from 1 to 600",
        "observe --sizes 9-7 | sizes is '9-7', but must be such that the least of a range is not above its most",
        "observe --contenders hz4 | contenders is 'hz4', but must be some of hz3, glibc, glibc-trim, jemalloc,",
        "observe --with /nowhere | with is '/nowhere', which is no file",
        "observe --with pom.xml | with is 'pom.xml', which is not what 'observe --json-file' writes",
        "explain --page /nowhere/life.md | page is '/nowhere/life.md', but must be a file in a directory that there is",
        "compare --only pair,speed | row is 'speed', but must be 1 to 28 or one of pair, window, replay,",
        "compare --only 29 | row is '29', but must be 1 to 28 or one of pair,",
        "compare --peers hz3 | peer is 'hz3', but must be one of glibc, glibc-trim, jemalloc,",
        "compare --rounds 0 | rounds is '0', but must be a whole number from 1 to 99",
        "compare --pause-seconds 0 | pause-seconds is '0', but must be a whole number from 1 to 3600",
        "compare --rounds x | rounds is 'x', but must be a whole number: how often each contender runs, 1 to 99",
        "steady --bar much | bar is 'much', but must be a number: the least median of on against off, above 0",
        "drop-ins --rounds 0 | rounds is '0', but must be a whole number from 1 to 99",
        "drop-ins --only nothing | only is 'nothing', but must be the beginning of one of netty-requests, netty-pair-loop,",
        "replay --workers 65 nginx | workers is '65', but must be a whole number from 1 to 64",
        "replay --account --workers 2 nginx | workers is '2', but must be 1 with --account",
        "record --to pom.xml java | to is 'pom.xml', but must be an empty directory, or nothing yet",
        "replay --tick-ms -1 nginx | tick-ms is '-1', but must be a whole number from 0 to 3600000",
        "compare --traces /nowhere | traces is '/nowhere', which is no directory",
        "jmh cellar | box is 'cellar', but must be one of os, segment, boundary, ledger, reclaim, retire-scan, epoch, heap",
        "jmh -f 0 ledger | f is '0', but must be a whole number from 1 to 99",
        "jmh -i 0 ledger | i is '0', but must be a whole number from 1 to 9999",
        "jmh -r long ledger | r is 'long', but must be a time such as 300ms or 1s",
        "jmh ledger --baseline /nowhere | baseline is '/nowhere', which is no file",
        "jmh ledger --baseline pom.xml | 'pom.xml' is not what JMH writes as JSON",
        "measure speed | no such instrument: speed",
        "burst-idle --colour | Unknown option: '--colour'",
    })
    void arguments_that_make_no_sense_are_answered_with_a_sentence(String line, String sentence) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err));

        assertEquals(2, commandLine.execute(line.split(" ", -1)));
        assertTrue(err.toString().startsWith(sentence), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void a_failure_is_one_plain_line_and_no_trace(@TempDir Path directory) throws IOException {
        Path taken = Files.writeString(directory.resolve("taken"), "a file where a directory should be");
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err));
        commandLine.setOut(new PrintWriter(Writer.nullWriter()));

        assertEquals(1, commandLine.execute("compare", "--only", "arena", "--out", taken.resolve("below").toString()));
        assertTrue(err.toString().startsWith("hz3-bench compare failed: java.nio.file."), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void kept_costs_are_compared_box_by_box_without_measuring() {
        StringWriter out = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        String kept = Path.of("..", "docs", "trials", "0006-jmh.json").toString();

        assertEquals(0, commandLine.execute("jmh", "ledger", "--kept", kept, "--baseline", kept));
        assertTrue(out.toString().endsWith("\n6 no difference beyond the noise\n"), out.toString());
        assertEquals(6, out.toString().lines().filter(line -> line.startsWith("| ledger: ")).count(), out.toString());
    }

    @Test
    void help_names_every_number() {
        StringWriter out = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));

        assertEquals(0, commandLine.execute("burst-idle", "--help"));
        for (String name : new String[] {"--objects", "--keep-percent", "--idle-tick-ms", "--dump-mode", "--seed"}) {
            assertTrue(out.toString().contains(name), name);
        }
    }
}
