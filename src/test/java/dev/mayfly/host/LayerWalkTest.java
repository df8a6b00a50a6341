package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Globs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of write on a real overlay, as a scan of the upper directory reports it. */
class LayerWalkTest {
    @TempDir
    private Path directory;

    private Overlay overlay;

    @BeforeEach
    void mount() throws IOException {
        overlay = new Overlay();
    }

    @AfterEach
    void unmount() {
        overlay.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "nothing at all                    | true                                         |",
                "a new file                        | echo x >var/lib/app/c.txt                    | Added /var/lib/app/c.txt",
                "an empty file                     | touch var/lib/app/empty                      | Added /var/lib/app/empty",
                "an empty directory                | mkdir var/lib/app/dir                        | Added /var/lib/app/dir",
                "a file in new directories         | mkdir -p a/b; echo x >a/b/c                  | Added /a/b/c",
                "a new link                        | ln -s /etc/shadow a                          | Added /a",
                "a link to everything              | ln -s / a                                    | Added /a",
                "a new pipe                        | mkfifo a                                     | Added /a",
                "a device                          | mknod a c 1 3                                | Added /a",
                "appended                          | echo x >>etc/conf                            | Changed /etc/conf",
                "same size                         | printf 'two\\n' >etc/conf                    | Changed /etc/conf",
                "same size, old time               | printf 'two\\n' >etc/conf; touch -d 2001-01-01 etc/conf | Changed /etc/conf",
                "merely opened                     | exec 3<>etc/conf                             |",
                "merely touched                    | touch etc/conf                               |",
                "rewritten with the same           | echo one >etc/conf                           |",
                "opened, from the upper layer      | exec 3<>etc/upper-conf                       |",
                "made and deleted                  | echo x >a; rm a                              |",
                "another mode                      | chmod 600 etc/conf                           | Changed /etc/conf",
                "another owner                     | chown 7 etc/conf                             | Changed /etc/conf",
                "another group, of a directory     | chgrp 7 var/lib/app                          | Changed /var/lib/app",
                "a link turned                     | ln -sfn hosts etc/link                       | Changed /etc/link",
                "a file became a link              | rm etc/conf; ln -s hosts etc/conf            | Changed /etc/conf",
                "a file became a directory         | rm etc/conf; mkdir etc/conf; echo x >etc/conf/x | Added /etc/conf/x,Changed /etc/conf",
                "a directory became a file         | rm -r deep; echo x >deep                     | Changed /deep",
                "deleted                           | rm etc/conf                                  | Deleted /etc/conf",
                "deleted, a pipe                   | rm etc/pipe                                  | Deleted /etc/pipe",
                "deleted, a directory              | rm -r deep                                   | Deleted /deep",
                "deleted and recreated             | rm -r gone; mkdir gone; echo 1 >gone/a       | Deleted /gone/b",
                "deleted and recreated, otherwise  | rm -r gone; mkdir gone; echo 3 >gone/c       | Added /gone/c,Deleted /gone/a,Deleted /gone/b",
                "renamed                           | mv etc/conf etc/moved                        | Added /etc/moved,Deleted /etc/conf",
                "a second name                     | ln etc/conf etc/second                       | Added /etc/second"
            })
    void eachKindOfWriteIsReported(String description, String script, String found) {
        overlay.sh(script);

        var expected = found == null ? List.<String>of() : Arrays.asList(found.split(","));
        assertThat(overlay.found()).as(description).containsExactlyElementsOf(expected);
    }

    @Test
    void mountPointsMadeByTheEngineAreNotWrites() {
        overlay.sh("mkdir -p data/deep/er work/dir; touch etc/resolv.conf");

        assertThat(overlay.found("/data/deep/er", "/work/dir", "/etc/resolv.conf"))
                .isEmpty();
        assertThat(overlay.found("/work/dir", "/etc/resolv.conf")).containsExactly("Added /data/deep/er");
    }

    @Test
    void contentInPlaceOfAMountPointIsAWrite() {
        overlay.sh("mkdir -p data; echo x >data/file; echo x >etc/resolv.conf");

        assertThat(overlay.found("/data", "/etc/resolv.conf"))
                .containsExactly("Added /data/file", "Added /etc/resolv.conf");
    }

    @Test
    void namesMayHaveAnyBytesAndLength() {
        overlay.sh("printf x >$'\\xff\\n\\xc3\\xa4'; d=$(printf 'a%.0s' {1..250});"
                + " for i in {1..16}; do mkdir $d; cd $d; done; printf x >end");

        var long256 = ("/" + "a".repeat(250)).repeat(2).substring(0, 256);
        assertThat(overlay.found()).containsExactlyInAnyOrder("Added " + long256, "Added /\\xff\\x0aä");
    }

    @Test
    void aHundredThousandFilesTakeBoundedMemoryAndTime() {
        overlay.sh("mkdir many; cd many; printf '%s\\n' {1..100000} | xargs touch");
        var writes = new FoundWrites(new Globs(List.of()), List.of(), Instant.EPOCH);
        var clock = ManagementFactory.getThreadMXBean(); // what else the machine does is none of its cost
        var started = clock.getCurrentThreadCpuTime();

        assertThat(overlay.scan(writes).complete()).isTrue();

        assertThat(Duration.ofNanos(clock.getCurrentThreadCpuTime() - started)).isLessThan(Duration.ofSeconds(10));
        assertThat(writes.count()).isEqualTo(10_000);
        assertThat(writes.writes()).hasSize(20);
        assertThat(writes.truncated()).isTrue();
        assertThat(writes.candidates()).containsExactly("/many");
    }

    @Test
    void firstSeenIsKeptAndIgnoredPathsAreNotReported() {
        overlay.sh("echo x >var/log/log; echo x >etc/new");
        var ignored = new Globs(List.of("/etc/**"));
        var first = new FoundWrites(ignored, List.of(), Instant.EPOCH);
        overlay.scan(first);
        overlay.sh("echo x >var/log/aaa");
        var second = new FoundWrites(ignored, first.writes(), Instant.EPOCH.plusSeconds(9));

        overlay.scan(second);

        assertThat(second.writes().stream()
                        .map(w -> w.path() + " " + w.firstSeen().getEpochSecond())
                        .collect(Collectors.toList()))
                .containsExactly("/var/log/log 0", "/var/log/aaa 9");
    }

    @Test
    void theSizeIsTheAllocatedDiskSpace() {
        overlay.sh("dd if=/dev/zero of=big bs=1M count=3 status=none; truncate -s 1G sparse; ln big other");
        var writes = new FoundWrites(new Globs(List.of()), List.of(), Instant.EPOCH);

        assertThat(overlay.scan(writes).bytes()).isBetween(3L << 20, 4L << 20);

        overlay.sh("rm big; ln other third; ln other fourth");
        assertThat(overlay.scan(writes).bytes()).isBetween(3L << 20, 4L << 20);
    }

    @Test
    void eachNameThatADirectoryOfSeveralLayersHadIsDeletedOnce() {
        overlay.sh("rm -r etc; mkdir etc");
        var writes = new FoundWrites(new Globs(List.of()), List.of(), Instant.EPOCH);

        overlay.scan(writes);

        assertThat(writes.writes().stream().map(write -> write.kind() + " " + write.path()))
                .containsExactlyInAnyOrder(
                        "Deleted /etc/conf",
                        "Deleted /etc/hosts",
                        "Deleted /etc/link",
                        "Deleted /etc/pipe",
                        "Deleted /etc/upper-conf");
        assertThat(writes.count()).isEqualTo(5);
    }

    @Test
    void othersMayHaveTheirTurnAfterEachFileAndEachBlock() throws IOException {
        overlay.sh("mkdir many; cd many; printf '%s\\n' {1..1000} | xargs touch");
        var pauses = new AtomicInteger();

        overlay.scan(pauses::incrementAndGet);

        assertThat(pauses.get()).isGreaterThan(1000);
        var file = Files.write(directory.resolve("a"), new byte[1 << 20]);
        pauses.set(0);
        try (var parent = Directory.at(directory).orElseThrow();
                var one = parent.content(name(file)).orElseThrow();
                var other = parent.content(name(file)).orElseThrow()) {
            assertThat(one.hasSameContent(other, pauses::incrementAndGet)).isTrue();
        }
        assertThat(pauses.get()).isGreaterThanOrEqualTo(16);
    }

    private static byte[] name(Path file) {
        return file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    }
}
