package dev.mayfly.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged operator. It starts from a cache of loaded and linked classes if there is one, which takes 1.6 s in place of 2.7 s
 * (JEP 483; {@code AotCacheTest} makes it; a JVM ignores one that another build left).
 */
public final class PackagedOperator {
    public static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    /** Beside the jar: {@code make up} copies both. */
    private static final Path CACHE = Path.of("target/quarkus-app/operator.aot");

    private static final Path TRAINED = Path.of("target/quarkus-app/trained.aot");

    /** Of {@code make cli}, which makes both. */
    private static final Path COMMAND = Path.of(".local/bin/mayfly");

    private static final Path COMMAND_JAR = Path.of("target/cli/mayfly.jar");

    private PackagedOperator() {}

    /** A command line that runs the operator, in this JVM's JDK. */
    public static List<String> command(List<String> options) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        if (Files.exists(CACHE)) {
            command.add("-XX:AOTCache=" + CACHE);
        }
        command.addAll(List.of("-jar", JAR.toString(), "operator"));
        return command;
    }

    /**
     * Words of a shell that run the command line {@code mayfly}: as {@code make cli} has made it of this jar, if it has, which starts in a
     * fraction of the jar's CPU time.
     */
    public static String commandLine() {
        if (Files.isExecutable(COMMAND) && isNewerThanJar(COMMAND_JAR)) {
            return COMMAND.toAbsolutePath().toString();
        }
        return Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                + " --enable-native-access=ALL-UNNAMED -jar " + JAR.toAbsolutePath();
    }

    private static boolean isNewerThanJar(Path file) {
        try {
            return Files.exists(file) && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(JAR)) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Option of a JVM that writes a cache when it ends. */
    public static String training() {
        return "-XX:AOTCacheOutput=" + TRAINED;
    }

    /** From now on operators start from the cache that the {@link #training} has written. @return its size in bytes */
    public static long useTrained() {
        try {
            Files.move(TRAINED, CACHE, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return Files.size(CACHE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the cache, if there is one. */
    public static void forgetTrained() {
        try {
            Files.deleteIfExists(CACHE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
