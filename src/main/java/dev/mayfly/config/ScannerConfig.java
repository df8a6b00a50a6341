package dev.mayfly.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An external program that checks images. */
public interface ScannerConfig {

    /**
     * The program and its arguments, separated by commas ({@code \,} for a comma in an argument); no shell is
     * involved. {@code {image}} stands for the full name of the image, {@code {digest}} for its name with the
     * registry's digest, {@code {id}} for its content id, {@code {archive}} for a file in the format of
     * {@code docker save}.
     */
    List<String> command();

    /**
     * Output format: {@code sarif}, {@code cyclonedx} (JSON, with vulnerabilities), or {@code exit-code}: any
     * output; the image may run if the exit code is 0.
     */
    String format();

    /**
     * Lowest level of a finding that keeps an image from running. With sarif: none, note, warning or error (the
     * default); with cyclonedx: none, info, low, medium, high (the default) or critical.
     */
    Optional<String> threshold();

    /**
     * Time after which the scanner and its child processes are killed, and the image counts as not passed. A number
     * with a unit.
     */
    @WithDefault("5m")
    Duration timeout();

    /** Names of operator environment variables passed to the scanner besides PATH and HOME, separated by commas. */
    Optional<List<String>> environment();

    /** Time after which an image is scanned again; at once if a policy changed. A number with a unit. */
    @WithDefault("24h")
    Duration maximumAge();
}
