package dev.mayfly.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Finds in a recording of the JDK's flight recorder the threads that waited, read or wrote under a lock that forbids
 * it: in a {@code synchronized} method of certain classes, or inside {@code ConcurrentHashMap.compute} and its siblings.
 *
 * @param events how many were read
 * @param ours how many of them have a method of Mayfly's in their stack
 * @param violations in words, with their stacks
 */
public record BlockedUnderLocks(long events, long ours, List<String> violations) {
    /** The recorded events. Each of these means that a thread waited for something, except the first two, which ask the kernel. */
    public static final List<String> EVENTS = List.of(
            "jdk.FileRead",
            "jdk.FileWrite",
            "jdk.FileForce",
            "jdk.SocketRead",
            "jdk.SocketWrite",
            "jdk.ProcessStart",
            "jdk.ThreadPark",
            "jdk.ThreadSleep",
            "jdk.JavaMonitorWait",
            "jdk.JavaMonitorEnter");

    /** Under such a lock, until another monitor is free, whose holder may be off its CPU as well. */
    private static final Duration LONGEST_ENTER = Duration.ofSeconds(2);

    /**
     * Until such a lock is free. Its holder needs it for microseconds, but may be off its CPU: with two operators, two API servers and
     * their containers on 2 cores, one that recorded no wait held it for 0.6 s. A holder that waits is found by its own events.
     */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

    private static final String OURS = "dev.mayfly.";
    private static final String MAP = "java.util.concurrent.ConcurrentHashMap";
    /** Caffeine keeps its entries in such a map. */
    private static final String CACHE = "com.github.benmanes.caffeine.";

    private static final Set<String> COMPUTING = Set.of("compute", "computeIfAbsent", "computeIfPresent", "merge");
    private static final int SYNCHRONIZED = 0x20;

    /** Options of a JVM that records itself and writes the recording when it ends. */
    public static String options(Path recording) {
        var events = EVENTS.stream()
                .map(event -> ",+" + event + "#enabled=true,+" + event + "#stackTrace=true"
                        + (event.equals("jdk.ProcessStart") ? "" : ",+" + event + "#threshold=0ms"))
                .collect(Collectors.joining());
        return "-XX:FlightRecorderOptions:stackdepth=512 -XX:StartFlightRecording:settings=none,dumponexit=true,filename="
                + recording.toAbsolutePath() + events;
    }

    /** @param monitors simple names of the classes under whose monitors no thread may block */
    public static BlockedUnderLocks in(Path recording, Set<String> monitors) throws IOException {
        return in(recording, monitors, LONGEST_HOLD);
    }

    /** @param longestHold until such a monitor is free */
    static BlockedUnderLocks in(Path recording, Set<String> monitors, Duration longestHold) throws IOException {
        var events = 0L;
        var ours = 0L;
        var violations = new ArrayList<String>();
        try (var file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                var event = file.readEvent();
                var stack = stack(event);
                events++;
                ours += stack.stream().anyMatch(BlockedUnderLocks::isOurs) ? 1 : 0;
                if (blocks(event) && underLock(event, stack, monitors)
                        || entersLate(event, stack, monitors, longestHold)) {
                    violations.add(words(event, stack));
                }
            }
        }
        return new BlockedUnderLocks(events, ours, List.copyOf(violations));
    }

    private static List<RecordedFrame> stack(RecordedEvent event) {
        return event.getStackTrace() == null ? List.of() : event.getStackTrace().getFrames();
    }

    private static boolean blocks(RecordedEvent event) {
        var name = event.getEventType().getName();
        return EVENTS.contains(name)
                && (!isEnter(event) || event.getDuration().compareTo(LONGEST_ENTER) >= 0)
                && !initializesClass(event, name);
    }

    /**
     * Another thread initializes a class that this one uses for the first time: the JVM records that as a wait, whose top frame
     * is the user of the class. A wait of a program is in {@code Object.wait}.
     */
    private static boolean initializesClass(RecordedEvent event, String name) {
        return name.equals("jdk.JavaMonitorWait")
                && stack(event).stream()
                        .findFirst()
                        .filter(top -> type(top).equals("java.lang.Object"))
                        .isEmpty();
    }

    /** The holder worked for that long: nothing else in the recording shows that. */
    private static boolean entersLate(
            RecordedEvent event, List<RecordedFrame> stack, Set<String> monitors, Duration longestHold) {
        return isEnter(event)
                && event.getDuration().compareTo(longestHold) >= 0
                && (entersComputation(stack)
                        || event.<RecordedClass>getValue("monitorClass") instanceof RecordedClass entered
                                && monitors.contains(simpleName(entered.getName())));
    }

    private static boolean isEnter(RecordedEvent event) {
        return event.getEventType().getName().equals("jdk.JavaMonitorEnter");
    }

    private static boolean entersComputation(List<RecordedFrame> stack) {
        return !stack.isEmpty() && isComputation(stack, 0);
    }

    /** A thread that enters a monitor does not hold that of its topmost frame yet. */
    private static boolean underLock(RecordedEvent event, List<RecordedFrame> stack, Set<String> monitors) {
        return IntStream.range(isEnter(event) ? 1 : 0, stack.size())
                .filter(i -> isMonitor(stack.get(i), monitors) || isComputation(stack, i))
                .anyMatch(i -> stack.subList(0, i).stream().noneMatch(BlockedUnderLocks::loadsClass));
    }

    private static boolean isMonitor(RecordedFrame frame, Set<String> monitors) {
        return isOurs(frame)
                && (frame.getMethod().getModifiers() & SYNCHRONIZED) != 0
                && monitors.contains(simpleName(type(frame)));
    }

    /** Called by us, directly or through a cache: what other libraries do in their own maps is theirs. */
    private static boolean isComputation(List<RecordedFrame> stack, int i) {
        return type(stack.get(i)).equals(MAP)
                && COMPUTING.contains(stack.get(i).getMethod().getName())
                && stack.stream()
                        .skip(i + 1L)
                        .dropWhile(frame -> type(frame).startsWith(CACHE))
                        .findFirst()
                        .filter(BlockedUnderLocks::isOurs)
                        .isPresent();
    }

    /** Wherever a class is used first. */
    private static boolean loadsClass(RecordedFrame frame) {
        return frame.getMethod().getName().equals("loadClass");
    }

    private static boolean isOurs(RecordedFrame frame) {
        return type(frame).startsWith(OURS);
    }

    private static String type(RecordedFrame frame) {
        return frame.getMethod().getType().getName();
    }

    /** Of the class at the top. */
    private static String simpleName(String type) {
        return type.substring(type.lastIndexOf('.') + 1).replaceFirst("\\$.*", "");
    }

    private static String words(RecordedEvent event, List<RecordedFrame> stack) {
        var what = event.getEventType().getName() + ", " + event.getDuration().toNanos() / 1000 + " µs";
        var frames = stack.stream()
                .map(frame -> "\tat " + type(frame) + "." + frame.getMethod().getName() + ":" + frame.getLineNumber());
        return Stream.concat(Stream.of(what), frames).collect(Collectors.joining("\n"));
    }
}
