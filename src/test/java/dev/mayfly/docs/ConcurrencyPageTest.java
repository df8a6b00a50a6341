package dev.mayfly.docs;

import static java.util.Objects.requireNonNullElse;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/contributing/concurrency.md} lists every class that starts threads, has a lock, or computes in a concurrent map, and no other. */
class ConcurrencyPageTest {
    private static final int FEWEST_CLASSES = 300;
    private static final Pattern COMMENT_OR_TEXT =
            Pattern.compile("/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*$");
    private static final Pattern THREADS = Pattern.compile(
            "\\bExecutors\\.new|\\bnew (Scheduled)?ThreadPoolExecutor\\b|\\bnew ForkJoinPool\\b|\\bnew Thread\\(|\\bThread\\.(ofPlatform|ofVirtual|startVirtualThread)\\b"
                    + "|\\bdelayedExecutor\\(|\\bnew Timer\\(|\\bVertx\\.vertx\\(|\\bnew \\w*EventLoopGroup\\b|\\bparallel(Stream)?\\(\\)|\\.(supply|run)Async\\(");
    /** Comments and texts, and in neither of them a class of our own that starts threads for the class that creates it. */
    private static final Pattern SHARED = Pattern.compile(
            COMMENT_OR_TEXT.pattern()
                    + "|\\bnew\\s+(?:[\\w.]+\\.)?(?<executor>FairExecutor|Governor)\\((?:\\s*\"(?<name>[\\w-]+)\")?",
            Pattern.DOTALL);
    /** How the threads of a Governor are named. */
    private static final String GOVERNED = "engine";

    private static final Map<String, Pattern> LOCKS = Map.of(
            "monitor", Pattern.compile("\\bsynchronized\\b"),
            "ReentrantLock", Pattern.compile("\\bReentrantLock\\b"),
            "ReentrantReadWriteLock", Pattern.compile("\\bReentrantReadWriteLock\\b"),
            "StampedLock", Pattern.compile("\\bStampedLock\\b"),
            "Striped", Pattern.compile("\\bStriped<"),
            "Semaphore", Pattern.compile("\\bSemaphore\\b"));
    private static final Pattern SYNCHRONIZED_BLOCK = Pattern.compile("\\bsynchronized\\s*\\(");
    private static final Pattern COMPUTES = Pattern.compile(
            "\\b(?<map>\\w+)\\s*(?<view>\\.asMap\\(\\))?\\s*\\.(?<method>get|compute|computeIfAbsent|computeIfPresent|merge)\\(");

    /** Source by simple name, without comments, texts and imports. */
    private final Map<String, String> sources = sources();

    @Test
    void everyClassThatStartsThreadsIsListed() {
        assertThat(listed("Threads", cells -> cells[0]))
                .as(
                        "docs/contributing/concurrency.md#threads: say who starts them, what they do, and what they may block on")
                .isEqualTo(classes(THREADS));
    }

    @Test
    void everyExecutorOfOurOwnIsListed() {
        var found = new TreeSet<String>();
        files().forEach(file -> SHARED.matcher(read(file))
                .results()
                .filter(match -> match.group("executor") != null)
                .map(created -> name(file) + " " + requireNonNullElse(created.group("name"), GOVERNED))
                .forEach(found::add));

        assertThat(listed(
                        "Shared executors",
                        cells -> cells[0] + " " + cells[1].replaceFirst("`([\\w-]+)-[0N]`.*", "$1")))
                .as("docs/contributing/concurrency.md#shared-executors: say what they do, and what they may block on")
                .isEqualTo(found);
    }

    @Test
    void everyLockIsListed() {
        var found = new TreeSet<String>();
        LOCKS.forEach((kind, pattern) -> classes(pattern).forEach(name -> found.add(name + " " + kind)));

        assertThat(listed("Locks", cells -> cells[0] + " " + cells[1]))
                .as(
                        "docs/contributing/concurrency.md#locks: say what it guards, who takes it, and what may block while it is held")
                .isEqualTo(found);
    }

    @Test
    void everyComputationInAConcurrentMapIsListed() {
        var found = sources.entrySet().stream()
                .filter(source -> COMPUTES.matcher(source.getValue())
                        .results()
                        .anyMatch(call -> isConcurrent(source.getValue(), call)))
                .map(Map.Entry::getKey)
                .collect(toCollection(TreeSet::new));

        assertThat(listed("Computations in a map", cells -> cells[0]))
                .as(
                        "docs/contributing/concurrency.md#computations-in-a-map: nothing in there may wait, read, write or match")
                .isEqualTo(found);
    }

    /** A block has no frame of its own, so a recording would not show it. */
    @Test
    void monitorsUnderWhichNothingMayBlockAreTakenByMethods() {
        var blocks = classes(SYNCHRONIZED_BLOCK);
        blocks.retainAll(ConcurrencyPage.read().nonBlockingMonitors());

        assertThat(blocks)
                .as("classes with a synchronized block: move it to a synchronized method, which LocksIT can see")
                .isEmpty();
    }

    @Test
    void allClassesAreChecked() {
        assertThat(sources).hasSizeGreaterThan(FEWEST_CLASSES);
    }

    /** True if the map is a cache, its view, or a field or local variable of that name that is a concurrent map. */
    private static boolean isConcurrent(String source, MatchResult call) {
        var map = call.group("map");
        if (call.group("method").equals("get")) { // of a cache: with the function that computes the value
            return call.group("view") == null && has(source, "\\bCache<[^;=()]*>\\s+" + map + "\\b");
        }
        return call.group("view") != null
                || has(source, "\\bConcurrent\\w*Map<[^;=()]*>\\s+" + map + "\\b")
                || has(source, "\\b" + map + "\\s*=\\s*new Concurrent\\w*Map\\b");
    }

    private static boolean has(String source, String pattern) {
        return Pattern.compile(pattern).matcher(source).find();
    }

    private Set<String> classes(Pattern pattern) {
        return sources.entrySet().stream()
                .filter(source -> pattern.matcher(source.getValue()).find())
                .map(Map.Entry::getKey)
                .collect(toCollection(TreeSet::new));
    }

    private static Set<String> listed(String heading, Function<String[], String> key) {
        return ConcurrencyPage.read()
                .rows(heading)
                .map(cells -> key.apply(cells.toArray(String[]::new)))
                .collect(toCollection(TreeSet::new));
    }

    private static Map<String, String> sources() {
        var sources = new TreeMap<String, String>();
        files().forEach(file -> sources.put(name(file), code(file)));
        return sources;
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static String code(Path file) {
        var plain = COMMENT_OR_TEXT.matcher(read(file)).replaceAll("");
        return IMPORT.matcher(plain).replaceAll("");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
