package dev.mayfly.scanner;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.image.AuditedImage.Scan;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Runs external scanners on images, one after the other, and caches their results. */
public final class Scanners implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Scanners.class);
    /** Age at which a failed scan is repeated. */
    private static final Duration UNDECIDED_MAX_AGE = Duration.ofMinutes(5);

    private static final int MAX_RESULTS = 2_000;

    private final List<Scanner> scanners;
    private final ScanFolders folders;
    private final InstantSource clock;
    private final Set<ScannerProcess> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong round = new AtomicLong();
    private final Cache<Key, Result> results = Caffeine.newBuilder()
            .maximumSize(MAX_RESULTS)
            .executor(Runnable::run)
            .build();

    private record Key(String id, String scanner) {}

    /** @param commandLine the command line, because a result for one name of an image does not hold for another */
    private record Result(Verdict verdict, List<String> commandLine, long round, Instant at) {}

    /** The image in the format of {@code docker save}. */
    @FunctionalInterface
    public interface Archive {
        /** Opens a stream from the engine. */
        InputStream open() throws IOException;
    }

    /**
     * @param mark of this installation; directories with it that a killed operator left behind are removed, no others
     */
    public Scanners(List<Scanner> scanners, String mark, InstantSource clock) {
        this.scanners = List.copyOf(scanners);
        this.folders = new ScanFolders(mark, LOG::warn);
        this.clock = clock;
        sweep();
    }

    /** Removes the directories that interrupted scans left behind, and logs those that can't be removed. */
    public void sweep() {
        folders.sweep();
    }

    /** Invalidates all results: the next call scans again. */
    public void again() {
        round.incrementAndGet();
    }

    /** True if the next call of {@link #scan} would run a scanner. No I/O. */
    public boolean due(ScannedImage image) {
        return scanners.stream()
                .filter(scanner -> !CommandLine.lacksDigest(scanner, image))
                .anyMatch(scanner -> known(scanner, image).isEmpty());
    }

    /**
     * The results by scanner name. Blocks until all scanners have answered or timed out. Scanners use every CPU they get, and
     * half a gigabyte of memory each is common: the caller limits how many calls there are at a time.
     *
     * @throws IOException if the image can't be read from the engine or written to the disk
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
        var now = round.get(); // a change during the scan makes its result stale
        var verdict = run(scanner, image, archive);
        results.put(
                new Key(image.id(), scanner.name()),
                new Result(verdict, commandLine(scanner, image), now, clock.instant()));
        return verdict;
    }

    /** The cached result while it is valid. */
    private Optional<Result> known(Scanner scanner, ScannedImage image) {
        return Optional.ofNullable(results.getIfPresent(new Key(image.id(), scanner.name())))
                .filter(known -> known.commandLine().equals(commandLine(scanner, image)) && fresh(scanner, known));
    }

    private static List<String> commandLine(Scanner scanner, ScannedImage image) {
        return CommandLine.of(scanner, image, "{archive}");
    }

    private boolean fresh(Scanner scanner, Result known) {
        var age = known.verdict().decided() ? scanner.maximumAge() : UNDECIDED_MAX_AGE;
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
            return run(scanner, CommandLine.of(scanner, image, file.toString()), folder.path());
        }
    }

    private Verdict run(Scanner scanner, List<String> commandLine, Path folder)
            throws IOException, InterruptedException {
        ScannerProcess started;
        try {
            started = new ScannerProcess(commandLine, environment(scanner, folder), folder);
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
            return Verdict.ended(ended.exitCode(), ended.outputTail());
        }
        if (ended.exitCode() != 0) {
            return Verdict.failed("it ended with " + ended.exitCode() + ": " + ended.outputTail());
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
        environment.put("TMPDIR", folder.toString()); // so that its temporary files are removed as well
        return environment;
    }

    /** Kills running scanners. */
    @Override
    public void close() {
        running.forEach(ScannerProcess::close);
    }

    /** Builds a scanner's command line. A word stays one argument, regardless of the value that is inserted into it. */
    static final class CommandLine {
        private static final Pattern PLACEHOLDER = Pattern.compile("\\{(image|digest|id|archive)}");

        private CommandLine() {}

        /** True if the scanner reads the image from a file. */
        static boolean wantsArchive(Scanner scanner) {
            return scanner.command().stream().anyMatch(word -> word.contains("{archive}"));
        }

        /** True if the command needs the registry's digest and the image has none. */
        static boolean lacksDigest(Scanner scanner, ScannedImage image) {
            return image.digest().isEmpty() && scanner.command().stream().anyMatch(word -> word.contains("{digest}"));
        }

        /** @param archive path of the file that holds the image */
        static List<String> of(Scanner scanner, ScannedImage image, String archive) {
            return scanner.command().stream()
                    .map(word -> PLACEHOLDER
                            .matcher(word)
                            .replaceAll(placeholder -> Matcher.quoteReplacement(
                                    switch (placeholder.group(1)) {
                                        case "image" -> image.name();
                                        case "digest" -> image.digest().orElse("");
                                        case "id" -> image.id();
                                        default -> archive;
                                    })))
                    .toList();
        }
    }

    /**
     * An image as scanners know it.
     *
     * @param id content id, {@code sha256:…}
     * @param name full name with registry, by tag or else by digest; the id if it has neither
     * @param digest full name by digest, {@code repository@sha256:…}; empty if the image came from no registry
     */
    public record ScannedImage(String id, String name, Optional<String> digest) {

        /** @param tags full names by tag, sorted @param digests full names by digest, sorted */
        public static ScannedImage of(String id, List<String> tags, List<String> digests) {
            var digest = digests.stream().findFirst();
            return new ScannedImage(
                    id, tags.stream().findFirst().or(() -> digest).orElse(id), digest);
        }
    }
}
