package dev.mayfly.scanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.image.AuditedImage.Scan;
import dev.mayfly.scanner.ScanFolders.ScanFolder;
import dev.mayfly.scanner.Scanners.ScannedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real commands that print a result, nothing or nonsense, or never end. */
class ScannersTest {
    private static final Path COMMANDS = Path.of("src/test/resources/scanners").toAbsolutePath();
    private static final ScannedImage IMAGE = new ScannedImage(
            "sha256:ab", "docker.io/library/busybox:1.36", Optional.of("docker.io/library/busybox@sha256:cd"));

    private final String mark = UUID.randomUUID().toString();
    private final AtomicInteger saved = new AtomicInteger();
    private Instant now = Instant.EPOCH;

    @TempDir
    private Path directory;

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(left()).isEmpty();
    }

    @Test
    void findingsOfTheThresholdAndAboveAreNamed() throws Exception {
        assertThat(scan(ScanFormat.SARIF, "error", "print.sh", document("trivy.sarif")))
                .isEqualTo(new Scan(false, "1 of level error or above: CVE-2022-37434 (error)"));
        assertThat(scan(ScanFormat.SARIF, "note", "print.sh", document("trivy.sarif")))
                .isEqualTo(
                        new Scan(false, "2 of level note or above: CVE-2022-37434 (error), CVE-2023-42366 (warning)"));
        assertThat(scan(ScanFormat.CYCLONEDX, "high", "print.sh", document("trivy.cdx.json")))
                .isEqualTo(new Scan(false, "1 of level high or above: CVE-2022-37434 (critical)"));
    }

    @Test
    void findingsBelowTheThresholdPass() throws Exception {
        var document = Files.writeString(
                directory.resolve("a"),
                "{\"version\":\"2.1.0\",\"runs\":[{\"results\":[{\"ruleId\":\"A\",\"level\":\"warning\"}]}]}");

        assertThat(scan(ScanFormat.SARIF, "error", "print.sh", document.toString()))
                .isEqualTo(new Scan(true, "nothing of level error or above; below: 1"));
    }

    @Test
    void anExitCodeIsAVerdict() throws Exception {
        assertThat(scan(ScanFormat.EXIT_CODE, "", "print.sh", document("print.sh"))
                        .passed())
                .isTrue();
        assertThat(scan(ScanFormat.EXIT_CODE, "", "arguments.sh", "a b"))
                .isEqualTo(new Scan(false, "it ended with 3: [a b]"));
    }

    @Test
    void aDocumentOfACommandThatFailedDoesNotCount() throws Exception {
        assertThat(scan(ScanFormat.CYCLONEDX, "high", "print.sh", document("trivy.cdx.json"), "1"))
                .matches(scan -> !scan.passed() && scan.message().startsWith("it ended with 1: "))
                .matches(scan -> scan.message().getBytes(StandardCharsets.UTF_8).length <= 512);
    }

    @Test
    void anUnreadableDocumentIsNotAPass() throws Exception {
        assertThat(scan(ScanFormat.SARIF, "error", "print.sh", document("print.sh")))
                .matches(scan -> !scan.passed() && scan.message().startsWith("what it printed can't be read: "));
    }

    @Test
    void aMissingCommandIsNotAPass() throws Exception {
        assertThat(scan(ScanFormat.SARIF, "error", "not-there.sh"))
                .matches(scan -> !scan.passed() && scan.message().startsWith("it can't be run: "));
    }

    @Test
    void insertedNamesAreSingleArgumentsAndNoShellIsInvolved() throws Exception {
        var hostile = new ScannedImage("sha256:ab", "$(touch /tmp/x); a b'\"", Optional.of("r@sha256:cd"));

        assertThat(scan(scanner(ScanFormat.EXIT_CODE, "", "arguments.sh", "{image}", "--of={id}", "{digest}"), hostile)
                        .message())
                .endsWith("[$(touch /tmp/x); a b'\"][--of=sha256:ab][r@sha256:cd]");
    }

    @Test
    void anImageWithoutADigestFailsAScannerThatNeedsOne() throws Exception {
        var local = ScannedImage.of("sha256:ab", List.of("docker.io/library/mine:1"), List.of());

        assertThat(scan(scanner(ScanFormat.EXIT_CODE, "", "arguments.sh", "{digest}"), local))
                .matches(scan -> !scan.passed() && scan.message().contains("came from no registry"));
    }

    @Test
    void theImageIsWrittenToAFileIfTheCommandNeedsIt() throws Exception {
        assertThat(scan(ScanFormat.EXIT_CODE, "", "print.sh", "{archive}"))
                .isEqualTo(new Scan(true, "the whole image"));
        assertThat(saved).hasValue(1);

        scan(ScanFormat.EXIT_CODE, "", "print.sh", document("print.sh"));
        assertThat(saved).as("it was not requested again").hasValue(1);
    }

    @Test
    void aHangingScannerIsKilledWithItsChildren() throws Exception {
        var pids = directory.resolve("pids");
        var hangs = scanner(ScanFormat.SARIF, "error", Duration.ofSeconds(2), "hang.sh", pids.toString());

        assertThat(scan(hangs, IMAGE)).isEqualTo(new Scan(false, "it did not end within 2 s and was killed"));

        await().until(() -> Arrays.stream(Files.readString(pids).strip().split(" "))
                .noneMatch(pid -> ProcessHandle.of(Long.parseLong(pid))
                        .map(ProcessHandle::isAlive)
                        .orElse(false)));
    }

    @Test
    void aScannerThatPrintsTooMuchIsKilled() throws Exception {
        assertThat(scan(ScanFormat.SARIF, "error", "flood.sh"))
                .isEqualTo(new Scan(false, "it printed more than 64 MiB and was killed"));
    }

    @Test
    void aResultIsReusedUntilItIsOldOrAPolicyOrTheNameChanges() throws Exception {
        var count = directory.resolve("count");
        var counts = scanner(ScanFormat.EXIT_CODE, "", "count.sh", count.toString(), "1", "{image}");
        var renamed = ScannedImage.of("sha256:ab", List.of("docker.io/library/other:1"), List.of());
        try (var scanners = new Scanners(List.of(counts), mark, () -> now)) {
            scanners.scan(IMAGE, this::save);
            now = now.plus(Duration.ofHours(23));
            scanners.scan(IMAGE, this::save);
            assertThat(count).hasContent("asked");
            assertThat(scanners.due(IMAGE)).isFalse();

            now = now.plus(Duration.ofHours(2));
            assertThat(scanners.due(IMAGE)).isTrue();
            scanners.scan(IMAGE, this::save);
            assertThat(Files.readAllLines(count)).as("a day later").hasSize(2);

            scanners.again();
            scanners.scan(IMAGE, this::save);
            assertThat(Files.readAllLines(count)).as("a policy changed").hasSize(3);

            scanners.scan(renamed, this::save);
            assertThat(Files.readAllLines(count)).as("another name").hasSize(4);
        }
    }

    @Test
    void aFailedScanIsRepeatedSoon() throws Exception {
        var count = directory.resolve("count");
        var fails = scanner(ScanFormat.SARIF, "error", "count.sh", count.toString(), "1");
        try (var scanners = new Scanners(List.of(fails), mark, () -> now)) {
            scanners.scan(IMAGE, this::save);
            scanners.scan(IMAGE, this::save);
            assertThat(count).hasContent("asked");

            now = now.plus(Duration.ofMinutes(6));
            scanners.scan(IMAGE, this::save);
            assertThat(Files.readAllLines(count)).hasSize(2);
        }
    }

    @Test
    void aScannerGetsOnlyTheConfiguredEnvironment() throws Exception {
        var words = List.of("/usr/bin/env");
        var asks = new Scanner(
                "env", words, ScanFormat.EXIT_CODE, "", Duration.ofSeconds(30), List.of("NOT_SET"), Duration.ofDays(1));

        assertThat(scan(asks, IMAGE).message().split("=[^ ]* ?")).containsOnly("PATH", "HOME", "TMPDIR");
    }

    @Test
    void directoriesLeftByAKilledOperatorAreRemovedAtTheNextStart() throws Exception {
        var folder = new ScanFolder(mark);
        Files.writeString(Files.createDirectory(folder.path().resolve("d")).resolve("f"), "");

        new Scanners(List.of(), mark, () -> now).close();

        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void aSweepRemovesLeftoversAndKeepsTheDirectoryOfARunningScan() throws Exception {
        var reads = scanner(ScanFormat.EXIT_CODE, "", "print.sh", "{archive}");
        try (var scanners = new Scanners(List.of(reads), mark, () -> now)) {
            var left = new ScanFolder(mark);

            var scans = scanners.scan(IMAGE, () -> {
                scanners.sweep();
                return save();
            });

            assertThat(left.path()).doesNotExist();
            assertThat(scans).containsEntry("test", new Scan(true, "the whole image"));
        }
    }

    @Test
    void anInvalidScannerIsRefusedAtTheStart() {
        assertThatThrownBy(() -> scanner(ScanFormat.SARIF, "high", "print.sh"))
                .hasMessage("mayfly.images.scanners.test.threshold is high; with this format it is one of"
                        + " [none, note, warning, error]");
        assertThatThrownBy(() -> ScanFormat.of("xml")).hasMessageContaining("none of sarif, cyclonedx, exit-code");
    }

    private Scan scan(ScanFormat format, String threshold, String... command) throws Exception {
        return scan(scanner(format, threshold, command), IMAGE);
    }

    private Scan scan(Scanner scanner, ScannedImage image) throws Exception {
        try (var scanners = new Scanners(List.of(scanner), mark, () -> now)) {
            return scanners.scan(image, this::save).get(scanner.name());
        }
    }

    private InputStream save() {
        saved.incrementAndGet();
        return new ByteArrayInputStream("the whole image".getBytes(StandardCharsets.UTF_8));
    }

    private static Scanner scanner(ScanFormat format, String threshold, String... command) {
        return scanner(format, threshold, Duration.ofSeconds(30), command);
    }

    private static Scanner scanner(ScanFormat format, String threshold, Duration timeout, String... command) {
        var words = List.of(command);
        return new Scanner(
                "test",
                Stream.concat(
                                Stream.of(COMMANDS.resolve(words.getFirst()).toString()),
                                words.stream().skip(1))
                        .toList(),
                format,
                threshold,
                timeout,
                List.of(),
                Duration.ofDays(1));
    }

    private static String document(String name) {
        return COMMANDS.resolve(name).toString();
    }

    private List<Path> left() throws IOException {
        try (var all =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "mayfly-scan-" + mark + "*")) {
            var left = new ArrayList<Path>();
            all.forEach(left::add);
            return left;
        }
    }
}
