package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.image.AuditedImage.Scan;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.imagearchive.Tars;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.LoadedImage;
import dev.mayfly.runtime.docker.engine.Containerd;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineConnector.EngineClients;
import dev.mayfly.runtime.docker.engine.EngineDialer;
import dev.mayfly.scanner.ScanFormat;
import dev.mayfly.scanner.Scanner;
import dev.mayfly.scanner.Scanners;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.EngineProxy;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real engine, and an image of which every byte is known. */
@Tag("engine")
class ImageScansTest {
    private static final String CONFIG = """
            {"User":"app","Env":["PATH=/bin","DB_PASSWORD=hunter2"],"Labels":{"a":"b"},"Volumes":{"/data/":{}}}""";
    private static final String REST = """
            ,"created":"2024-05-06T07:08:09Z","history":[{"created_by":"ADD lower"},\
            {"created_by":"ENV DB_PASSWORD=hunter2","empty_layer":true},{"created_by":"RUN rm /bin/su"}]""";
    private static final byte[] LOWER = Tars.layer("bin/ 755", "bin/su 4755", "bin/mount 4755");
    private static final byte[] UPPER = Tars.layer("bin/ 755", "bin/.wh.su", "bin/wall 2755");

    private final String mark = UUID.randomUUID().toString().substring(0, 8);
    private final String repository = "mayfly-test/contents-" + mark;
    private final DockerClient client = Docker.client();
    private final AtomicInteger saved = new AtomicInteger();
    private final ImageScans scans = scans(client, List.of());
    private LoadedImage image;
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private Optional<String> brokenOff = Optional.empty();
    private Optional<String> savedInstead = Optional.empty();

    @BeforeEach
    void load() {
        image = new LoadedImage(client, repository + ":1", CONFIG, REST, LOWER, UPPER);
    }

    @AfterEach
    void leaveNothing() {
        scans.close();
        image.close();
    }

    @Test
    void anInspectionFindsWhatTheRulesNeed() {
        var seen = inspect(scans);

        assertThat(seen)
                .isEqualTo(new AuditedImage(
                        image.id(),
                        List.of("docker.io/" + repository + ":1"),
                        seen.digests(), // one in containerd's image store, where no registry is needed for it
                        seen.sizeBytes(),
                        Optional.of(Instant.parse("2024-05-06T07:08:09Z")),
                        "app",
                        Map.of("a", "b"),
                        Set.of("/data"),
                        List.of("/bin/mount", "/bin/wall"),
                        List.of("env DB_PASSWORD", "history step 2"),
                        Map.of()));
        assertThat(seen.sizeBytes()).isPositive();
        assertThat(seen.toString()).doesNotContain("hunter2");
    }

    @Test
    void itsFilesAreReadOnceItsNamesEachTime() {
        assertThat(scans.known(image.id())).isEmpty();
        inspect(scans);
        client.tagImageCmd(image.id(), "127.0.0.1:5000/" + repository, "2").exec();
        assertThat(scans.known(image.id()).orElseThrow().tags()).hasSize(1);

        assertThat(inspect(scans).tags())
                .containsExactly("127.0.0.1:5000/" + repository + ":2", "docker.io/" + repository + ":1");
        assertThat(scans.known(image.id()).orElseThrow().tags()).hasSize(2);
        assertThat(saved).hasValue(1);
    }

    @Test
    void concurrentRequestsShareAnInspection() throws Exception {
        var asked = new CountDownLatch(1);
        var engine = engine(client);
        try (var slow = new ImageScans(
                () -> waited(asked, engine), new Scanners(List.of(), mark, InstantSource.system()), () -> now)) {
            var first = slow.inspect(Samples.WEB, image.id());
            var second = slow.inspect(Samples.WEB, image.id());
            asked.countDown();

            assertThat(first.toCompletableFuture().get(3, TimeUnit.MINUTES))
                    .isSameAs(second.toCompletableFuture().get(3, TimeUnit.MINUTES));
            assertThat(saved).hasValue(1);
        }
    }

    @Test
    void anImageThatVanishesIsUnavailable() {
        inspect(scans);
        image.close();

        assertThatThrownBy(() -> inspect(scans))
                .cause()
                .isInstanceOfSatisfying(
                        ImageUnavailable.class,
                        unavailable -> assertThat(unavailable.failure())
                                .matches(failure -> failure.reason().equals("ErrImageNotFound")
                                        && failure.message().contains(image.id())));
    }

    @Test
    void aStuckEngineDoesNotBlockAnInspectionForever() throws Exception {
        try (var proxy = new EngineProxy();
                var archives = EngineConnector.client(Optional.of(proxy.address()), Duration.ofSeconds(2));
                var stuck = scans(archives, List.of())) {
            proxy.mode(EngineProxy.Mode.SILENT);

            assertThat(refused(stuck)).contains(image.id(), "its disk");

            proxy.mode(EngineProxy.Mode.PASS);
            await().ignoreExceptions()
                    .untilAsserted(
                            () -> { // a busy engine takes longer than the client waits too
                                now = now.plus(Duration.ofHours(1));
                                assertThat(inspect(stuck).setuid()).hasSize(2);
                            });
        }
    }

    @Test
    void aFailedInspectionIsNotRepeatedDuringItsBackOff() {
        brokenOff = Optional.of("the connection broke off");
        var first = refused(scans);
        assertThat(first).contains("the connection broke off");
        now = now.plusSeconds(9);
        assertThat(refused(scans)).isEqualTo(first);
        assertThat(saved).hasValue(1);

        now = now.plusSeconds(1);
        refused(scans);
        now = now.plusSeconds(19);
        refused(scans);
        assertThat(saved).as("the second wait is twice as long").hasValue(2);

        brokenOff = Optional.empty();
        now = now.plusSeconds(1);
        assertThat(inspect(scans).setuid()).hasSize(2);
    }

    @Test
    void anImageThatCantBeUnderstoodIsSavedOnce() {
        try (var other = new LoadedImage(client, repository + ":2", CONFIG, "", LOWER)) {
            savedInstead = Optional.of(other.id());
            assertThat(refused(scans)).contains(image.id(), "lacks layer", "rebuild the image");
            now = now.plus(Duration.ofHours(1));
            assertThat(refused(scans)).contains("lacks layer");
            assertThat(saved).hasValue(1);
        }
        savedInstead = Optional.empty();
        image.close();
        assertThatThrownBy(() -> inspect(scans)).hasMessageContaining("not on the engine any more");

        load();
        assertThat(inspect(scans).setuid()).as("loaded again").hasSize(2);
    }

    @Test
    void scannersOfOthersAreShownTheImageAndItsArchive() {
        var command = List.of("/bin/sh", "-c", "tar -tf {archive} | grep -c ^manifest.json$; echo {image}; exit 1");
        var scanner = new Scanner(
                "counts", command, ScanFormat.EXIT_CODE, "", Duration.ofSeconds(30), List.of(), Duration.ofDays(1));
        try (var scanned = scans(client, List.of(scanner))) {
            assertThat(inspect(scanned).scans())
                    .containsExactly(
                            Map.entry("counts", new Scan(false, "it ended with 1: 1 docker.io/" + repository + ":1")));
        }
    }

    @Test
    void aPolicyThatChangesHasWhatRunsScannedAgainWithoutALaunch() throws Exception {
        var asked = Files.createTempFile("mayfly-contents", ".txt");
        var scanner = new Scanner(
                "counts",
                List.of("/bin/sh", "-c", "echo asked >> " + asked),
                ScanFormat.EXIT_CODE,
                "",
                Duration.ofSeconds(30),
                List.of(),
                Duration.ofDays(1));
        try (var scanned = scans(client, List.of(scanner))) {
            inspect(scanned);
            assertThat(scanned.known(image.id())).isPresent();
            assertThat(asked).hasContent("asked");

            scanned.scanAgain();
            scanned.reinspectIfDue(image.id());
            assertThat(scanned.known(image.id())).isPresent();
            await().untilAsserted(() -> assertThat(Files.readAllLines(asked)).hasSize(2));
        } finally {
            Files.delete(asked);
        }
    }

    /** @return the words */
    private String refused(ImageScans asked) {
        var words = new String[1];
        assertThatThrownBy(() -> inspect(asked)).cause().isInstanceOfSatisfying(ImageUnavailable.class, unavailable -> {
            assertThat(unavailable.failure().reason()).isEqualTo("ImageInspectError");
            assertThat(unavailable.again().orElseThrow()).isAfter(now);
            words[0] = unavailable.failure().message();
        });
        return words[0];
    }

    private AuditedImage inspect(ImageScans asked) {
        return asked.inspect(Samples.WEB, image.id())
                .toCompletableFuture()
                .orTimeout(3, TimeUnit.MINUTES)
                .join();
    }

    private ImageScans scans(DockerClient archives, List<Scanner> scanners) {
        var engine = engine(archives);
        return new ImageScans(() -> engine, new Scanners(scanners, mark, InstantSource.system()), () -> now);
    }

    private Engine engine(DockerClient archives) {
        var counting = (DockerClient) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DockerClient.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("saveImageCmd")) {
                        saved.incrementAndGet();
                        brokenOff.ifPresent(words -> {
                            throw new IllegalStateException(words);
                        });
                        return archives.saveImageCmd(savedInstead.orElse((String) arguments[0]));
                    }
                    return method.invoke(archives, arguments);
                });
        return new Engine(
                new EngineClients(client, client, client, client, client, counting, EngineDialer.none()),
                mark,
                new Requests(0, 0),
                Containerd.UNKNOWN);
    }

    private static Engine waited(CountDownLatch latch, Engine engine) {
        try {
            latch.await();
            return engine;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
