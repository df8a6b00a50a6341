package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Ephemerality;
import dev.mayfly.model.Template;
import dev.mayfly.model.Template.Mount;
import dev.mayfly.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ScratchTest {
    private static final long MIB = 1 << 20;
    private static final Pattern SIZE = Pattern.compile("size=(\\d+)");

    @Test
    void underEnforceTheUsualPlacesAreScratchThatNothingIsRunFrom() {
        var scratch = Scratch.of(Templates.plain());

        assertThat(scratch.tmpfs()).containsOnlyKeys("/tmp", "/run", "/var/tmp");
        assertThat(scratch.tmpfs().values())
                .allSatisfy(options -> assertThat(options).contains("nosuid", "nodev", "noexec"));
        assertThat(scratch.tmpfs().get("/tmp")).contains("mode=1777");
        assertThat(scratch.tmpfs().get("/run")).contains("mode=755");
    }

    @Test
    void underOffThereIsNone() {
        assertThat(Scratch.of(Templates.in(Ephemerality.OFF)).tmpfs()).isEmpty();
    }

    @Test
    void aMountTakesThePlaceOfScratch() {
        var template = Templates.with(
                Map.of("data", new Volume.DockerVolume("data", "local", Map.of(), false)),
                List.of(new Mount("data", "/tmp", false)));

        assertThat(Scratch.of(template).tmpfs()).containsOnlyKeys("/run", "/var/tmp");
    }

    @Test
    void anEmptyDirInMemoryIsAFileSystemOfTheSizeGiven() {
        var template = Templates.with(
                Map.of("cache", new Volume.EmptyDir(true, 8 * MIB)), List.of(new Mount("cache", "/cache", false)));

        assertThat(Scratch.of(template).tmpfs().get("/cache"))
                .contains("rw", "mode=1777", "size=" + 8 * MIB)
                .doesNotContain("noexec");
    }

    @Test
    void anEmptyDirInMemoryWithoutASizeIsBounded() {
        var template = Templates.with(
                Map.of("cache", new Volume.EmptyDir(true, 0)), List.of(new Mount("cache", "/cache", true)));

        assertThat(Scratch.of(template).tmpfs().get("/cache")).startsWith("ro,").contains("size=" + 64 * MIB);
    }

    @Test
    void anEmptyDirOnDiskIsNoneOfIts() {
        var template = Templates.with(
                Map.of("work", new Volume.EmptyDir(false, 0)), List.of(new Mount("work", "/work", false)));

        assertThat(Scratch.of(template).tmpfs()).doesNotContainKey("/work");
    }

    @Test
    void allOfItTogetherTakesAtMostHalfOfTheMemoryLimit() {
        var scratch = Scratch.of(Templates.limited(Templates.plain(), 64 * MIB));

        assertThat(total(scratch)).isBetween(30 * MIB, 32 * MIB);
    }

    @Test
    void withEmptyDirsInMemoryTheRestShrinksFurther() {
        Template template = Templates.with(
                Map.of("cache", new Volume.EmptyDir(true, 16 * MIB)), List.of(new Mount("cache", "/cache", false)));

        var scratch = Scratch.of(Templates.limited(template, 64 * MIB));

        assertThat(scratch.tmpfs().get("/cache")).contains("size=" + 16 * MIB);
        assertThat(total(scratch)).isLessThanOrEqualTo(32 * MIB);
    }

    @Test
    void aGenerousLimitShrinksNothing() {
        assertThat(Scratch.of(Templates.limited(Templates.plain(), 4096 * MIB)))
                .isEqualTo(Scratch.of(Templates.plain()));
    }

    private static long total(Scratch scratch) {
        return scratch.shmBytes()
                + scratch.tmpfs().values().stream()
                        .map(SIZE::matcher)
                        .mapToLong(size -> size.find() ? Long.parseLong(size.group(1)) : 0)
                        .sum();
    }
}
