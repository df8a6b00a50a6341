package dev.mayfly.runtime.docker.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Volume;
import dev.mayfly.runtime.docker.Templates;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories.Directory;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScratchTest {
    private static final long MIB = 1 << 20;
    private static final Pattern SIZE = Pattern.compile("size=(\\d+)");

    @Test
    void underEnforceTheUsualPlacesAreScratchThatNothingIsRunFrom() {
        var scratch = of(Templates.plain());

        assertThat(scratch.tmpfs()).containsOnlyKeys("/tmp", "/run", "/var/tmp");
        assertThat(scratch.tmpfs().values())
                .allSatisfy(options -> assertThat(options).contains("nosuid", "nodev", "noexec"));
        assertThat(scratch.tmpfs().get("/tmp")).contains("mode=1777");
        assertThat(scratch.tmpfs().get("/run")).contains("mode=755");
    }

    @Test
    void underOffThereIsNone() {
        assertThat(of(Templates.in(Ephemerality.OFF)).tmpfs()).isEmpty();
    }

    @Test
    void aMountTakesThePlaceOfScratch() {
        var template = Templates.with(
                Map.of("data", new Volume.DockerVolume("data", "local", Map.of(), false)),
                List.of(new Mount("data", "/tmp", false)));

        assertThat(of(template).tmpfs()).containsOnlyKeys("/run", "/var/tmp");
    }

    @Test
    void anEmptyDirInMemoryIsAFileSystemOfTheSizeGiven() {
        var template = Templates.with(
                Map.of("cache", new Volume.EmptyDir(true, 8 * MIB)), List.of(new Mount("cache", "/cache", false)));

        assertThat(of(template).tmpfs().get("/cache"))
                .contains("rw", "mode=1777", "size=" + 8 * MIB)
                .doesNotContain("noexec");
    }

    @Test
    void anEmptyDirInMemoryWithoutASizeIsBounded() {
        var template = Templates.with(
                Map.of("cache", new Volume.EmptyDir(true, 0)), List.of(new Mount("cache", "/cache", true)));

        assertThat(of(template).tmpfs().get("/cache")).startsWith("ro,").contains("size=" + 64 * MIB);
    }

    @Test
    void anEmptyDirOnDiskIsNoneOfIts() {
        var template = Templates.with(
                Map.of("work", new Volume.EmptyDir(false, 0)), List.of(new Mount("work", "/work", false)));

        assertThat(of(template).tmpfs()).doesNotContainKey("/work");
    }

    @Test
    void allOfItTogetherTakesAtMostHalfOfTheMemoryLimit() {
        var scratch = of(Templates.limited(Templates.plain(), 64 * MIB));

        assertThat(total(scratch)).isBetween(30 * MIB, 32 * MIB);
    }

    @Test
    void withEmptyDirsInMemoryTheRestShrinksFurther() {
        Template template = Templates.with(
                Map.of("cache", new Volume.EmptyDir(true, 16 * MIB)), List.of(new Mount("cache", "/cache", false)));

        var scratch = of(Templates.limited(template, 64 * MIB));

        assertThat(scratch.tmpfs().get("/cache")).contains("size=" + 16 * MIB);
        assertThat(total(scratch)).isLessThanOrEqualTo(32 * MIB);
    }

    @Test
    void aGenerousLimitShrinksNothing() {
        assertThat(of(Templates.limited(Templates.plain(), 4096 * MIB))).isEqualTo(of(Templates.plain()));
    }

    @Test
    void underAuditTheSamePlacesAreScratch() {
        var audit = new Ephemerality(Mode.Audit, Ephemerality.DEFAULT_SCRATCH, false, false);

        assertThat(of(Templates.in(audit))).isEqualTo(of(Templates.plain()));
    }

    @Test
    void whatTheUserGaveIsOfThatSizeAndMayBeExecutedWhereAllowed() {
        var given =
                given(new Ephemerality.Scratch("/work", 8 * MIB, true), new Ephemerality.Scratch("/tmp", MIB, false));

        var scratch = of(Templates.limited(Templates.in(given), 64 * MIB));

        assertThat(scratch.tmpfs()).containsOnlyKeys("/work", "/tmp");
        assertThat(scratch.tmpfs().get("/work")).contains(",exec,", "mode=1777", "size=" + 8 * MIB);
        assertThat(scratch.tmpfs().get("/tmp")).contains(",noexec,", "size=" + MIB);
        assertThat(scratch.shmBytes()).isEqualTo(23 * MIB);
    }

    @Test
    void aDirectoryOfTheImageBelowScratchKeepsOwnerAndModeAndSharesTheSize() {
        var image = new ImageDirectories(Map.of(
                "/run", new Directory(0, 0, 0755),
                "/run/mysqld", new Directory(999, 998, 02775),
                "/run/lock/sub", new Directory(0, 0, 0755),
                "/run/lock", new Directory(0, 0, 01777)));

        var scratch = Scratch.of(Templates.plain(), List.of(), image).tmpfs();

        assertThat(scratch.get("/run")).contains("uid=0,gid=0,mode=755,size=" + 8 * MIB);
        assertThat(scratch.get("/run/mysqld")).contains("rw,nosuid,nodev,noexec,uid=999,gid=998,mode=2775");
        assertThat(scratch.get("/run/lock")).contains("mode=1777");
        assertThat(scratch).containsKey("/run/lock/sub");
        assertThat(total(Scratch.of(Templates.plain(), List.of(), image)))
                .isBetween(total(of(Templates.plain())) - 3 * 4096, total(of(Templates.plain())));
    }

    @Test
    void theImagesOwnModeIsKeptExceptOfTmp() {
        var image =
                new ImageDirectories(Map.of("/tmp", new Directory(7, 7, 0700), "/var/tmp", new Directory(7, 8, 0770)));

        var scratch = Scratch.of(Templates.plain(), List.of(), image).tmpfs();

        assertThat(scratch.get("/tmp")).contains("uid=0,gid=0,mode=1777");
        assertThat(scratch.get("/var/tmp")).contains("uid=7,gid=8,mode=770");
    }

    @Test
    void whatAVolumeIsMountedOverIsNotKept() {
        var template = Templates.with(
                Map.of("data", new Volume.DockerVolume("data", "local", Map.of(), false)),
                List.of(new Mount("data", "/run/app", false)));
        var image = new ImageDirectories(Map.of(
                "/run/app", new Directory(1, 1, 0755),
                "/run/app/deep", new Directory(1, 1, 0755),
                "/run/apple", new Directory(1, 1, 0755)));

        assertThat(Scratch.of(template, List.of(), image).tmpfs())
                .containsOnlyKeys("/tmp", "/run", "/run/apple", "/var/tmp");
    }

    @Test
    void noMoreThanSixteenDirectoriesAreKeptTheShallowestFirst() {
        var many = IntStream.range(0, 40)
                .mapToObj(n -> n % 2 == 0 ? "/run/a%02d".formatted(n) : "/run/a%02d/deep".formatted(n - 1))
                .collect(Collectors.toMap(path -> path, path -> new Directory(0, 0, 0755)));

        assertThat(Scratch.of(Templates.plain(), List.of(), new ImageDirectories(many))
                        .tmpfs()
                        .keySet())
                .filteredOn(path -> path.startsWith("/run/"))
                .hasSize(16)
                .noneMatch(path -> path.endsWith("/deep"));
    }

    @Test
    void memoryIsMappedOverAnUncoveredVolumeAlsoUnderOffWithinHalfOfTheLimit() {
        var off = new Ephemerality(Mode.Off, List.of(), true, true);
        var image = new ImageDirectories(Map.of("/data", new Directory(999, 999, 0700)));

        var scratch = Scratch.of(Templates.limited(Templates.in(off), 64 * MIB), List.of("/data"), image);

        assertThat(scratch.tmpfs()).containsOnlyKeys("/data");
        assertThat(scratch.tmpfs().get("/data")).contains("uid=999,gid=999,mode=700");
        assertThat(total(scratch)).isBetween(31 * MIB, 32 * MIB);
    }

    private static Scratch of(Template template) {
        return Scratch.of(template, List.of(), ImageDirectories.NONE);
    }

    private static Ephemerality given(Ephemerality.Scratch... scratch) {
        return new Ephemerality(Mode.Enforce, List.of(scratch), true, false);
    }

    private static long total(Scratch scratch) {
        return scratch.shmBytes()
                + scratch.tmpfs().values().stream()
                        .map(SIZE::matcher)
                        .mapToLong(size -> size.find() ? Long.parseLong(size.group(1)) : 0)
                        .sum();
    }
}
