package dev.mayfly.runtime.scanner;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.model.AuditedImage.Scan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Shows images to the scanners of others, and remembers what these said. */
public final class Scanners implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Scanners.class);
    /** They use all CPUs that they get, and half a gigabyte of memory each is common. */
    private static final int AT_ONCE = 2;
    /** A scanner that could not say is asked again when somebody looks after this. */
    private static final Duration UNDECIDED = Duration.ofMinutes(5);

    private static final int REMEMBERED = 2_000;

    private final List<Scanner> scanners;
    private final ScanFolders folders;
    private final InstantSource clock;
    private final Semaphore free = new Semaphore(AT_ONCE, true);
    private final Set<ScannerProcess> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong round = new AtomicLong();
    private final Cache<Asked, Said> said = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    private record Asked(String id, String scanner) {}

    /** @param words the command, because what a scanner says of one name does not hold for another */
    private record Said(Verdict verdict, List<String> words, long round, Instant at) {}

    /** The image as {@code docker save} makes it. */
    @FunctionalInterface
    public interface Archive {
        /** Streams it from the engine. */
        InputStream open() throws IOException;
    }

    /** @param mark of this installation, so that it removes what it left behind when it was killed, and nothing else */
    public Scanners(List<Scanner> scanners, String mark, InstantSource clock) {
        this.scanners = List.copyOf(scanners);
        this.folders = new ScanFolders(mark, LOG::warn);
        this.clock = clock;
        sweep();
    }

    /** Removes what scans left on the disk that were cut off, and says in the log what it can't. */
    public void sweep() {
        folders.sweep();
    }

    /** What was said is asked anew at the next look. */
    public void again() {
        round.incrementAndGet();
    }

    /** True where one would be asked at the next look. No I/O. */
    public boolean due(ScannedImage image) {
        return scanners.stream()
                .filter(scanner -> !CommandLine.lacksDigest(scanner, image))
                .anyMatch(scanner -> known(scanner, image).isEmpty());
    }

    /**
     * What each says, by its name. Waits for them, for as long as they may take.
     *
     * @throws IOException where the image can't be had from the engine or written to the disk
     */
    public Map<String, Scan> scan(ScannedImage image, Archive archive) throws IOException, InterruptedException {
        var scans = new TreeMap<String, Scan>();
        for (var scanner : scanners) {
            scans.put(scanner.name(), verdict(scanner, image, archive).scan());
        }
        return scans;
    }

    private Verdict verdict(Scanner scanner, ScannedImage image, Archive archive)
            throws IOException, InterruptedException {
        if (CommandLine.lacksDigest(scanner, image)) {
            return Verdict.failed("the image came from no registry, so there is no digest to ask " + scanner.name()
                    + " about: pull it from one");
        }
        var known = known(scanner, image);
        if (known.isPresent()) {
            return known.get().verdict();
        }
        var now = round.get(); // what changes while it runs is for the next time
        free.acquire();
        try {
            var verdict = run(scanner, image, archive);
            said.put(
                    new Asked(image.id(), scanner.name()),
                    new Said(verdict, words(scanner, image), now, clock.instant()));
            return verdict;
        } finally {
            free.release();
        }
    }

    /** What it said, while that holds. */
    private Optional<Said> known(Scanner scanner, ScannedImage image) {
        return Optional.ofNullable(said.getIfPresent(new Asked(image.id(), scanner.name())))
                .filter(known -> known.words().equals(words(scanner, image)) && fresh(scanner, known));
    }

    private static List<String> words(Scanner scanner, ScannedImage image) {
        return CommandLine.words(scanner, image, "{archive}");
    }

    private boolean fresh(Scanner scanner, Said known) {
        var age = known.verdict().decided() ? scanner.maximumAge() : UNDECIDED;
        return known.round() == round.get() && known.at().plus(age).isAfter(clock.instant());
    }

    private Verdict run(Scanner scanner, ScannedImage image, Archive archive) throws IOException, InterruptedException {
        try (var folder = folders.open()) {
            var file = folder.path().resolve("image.tar");
            if (CommandLine.wantsArchive(scanner)) {
                try (var saved = archive.open()) {
                    folder.write(saved, file);
                } catch (FileSystemException full) {
                    return Verdict.failed(
                            "the image can't be written to a file for it, so make room there: " + full.getMessage());
                }
            }
            return run(scanner, CommandLine.words(scanner, image, file.toString()), folder.path());
        }
    }

    private Verdict run(Scanner scanner, List<String> words, Path folder) throws IOException, InterruptedException {
        ScannerProcess started;
        try {
            started = new ScannerProcess(words, environment(scanner, folder), folder);
        } catch (IOException notThere) {
            return Verdict.failed("it can't be run: " + notThere.getMessage());
        }
        try (var process = started) {
            running.add(process);
            var wrong = process.await(scanner.timeout());
            return wrong.isEmpty() ? read(scanner, process) : Verdict.failed(wrong);
        } finally {
            running.remove(started);
        }
    }

    private static Verdict read(Scanner scanner, ScannerProcess ended) throws IOException {
        if (scanner.format() == ScanFormat.EXIT_CODE) {
            return Verdict.ended(ended.exitCode(), ended.lastWords());
        }
        if (ended.exitCode() != 0) {
            return Verdict.failed("it ended with " + ended.exitCode() + " and said: " + ended.lastWords());
        }
        try (var document = Files.newInputStream(ended.output())) {
            return Verdict.found(scanner, scanner.format().findings(document));
        } catch (IOException unreadable) {
            return Verdict.failed("what it printed can't be read: " + unreadable.getMessage());
        }
    }

    private static Map<String, String> environment(Scanner scanner, Path folder) {
        var environment = new HashMap<String, String>();
        for (var name : List.of("PATH", "HOME")) {
            environment.computeIfAbsent(name, System::getenv);
        }
        scanner.environment().forEach(name -> environment.computeIfAbsent(name, System::getenv));
        environment.put("TMPDIR", folder.toString()); // so that what it leaves goes as well
        return environment;
    }

    /** Kills those that run. */
    @Override
    public void close() {
        running.forEach(ScannerProcess::close);
    }
}
