package dev.mayfly.scanner;

import java.time.Duration;
import java.util.List;

/**
 * An external program that checks images.
 *
 * @param name name of the rule that it implements
 * @param command the program and its arguments; no shell is involved. {@code {image}} stands for the full name of the
 *     image, {@code {digest}} for its name with the registry's digest, {@code {id}} for its content id and
 *     {@code {archive}} for a file in the format of {@code docker save}
 * @param format format of its standard output
 * @param threshold lowest level of a finding that fails an image, one of the format's levels; empty with EXIT_CODE
 * @param timeout time after which it and its child processes are killed
 * @param environment names of the operator's environment variables that it gets besides PATH and HOME
 * @param maximumAge age at which a result is replaced by a new scan
 */
public record Scanner(
        String name,
        List<String> command,
        ScanFormat format,
        String threshold,
        Duration timeout,
        List<String> environment,
        Duration maximumAge) {

    /** @throws IllegalArgumentException if the settings are invalid, with a message for the administrator */
    public Scanner {
        var key = "mayfly.images.scanners." + name + ".";
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "mayfly.images.scanners: " + name + " is no name for a scanner; take a-z, 0-9 and -, 63 at most");
        }
        if (command.isEmpty()
                || command.getFirst().isBlank()
                || command.getFirst().contains("{")) {
            throw new IllegalArgumentException(key + "command must begin with the program to run");
        }
        if (!format.levels().isEmpty() && !format.levels().contains(threshold)) {
            throw new IllegalArgumentException(
                    key + "threshold is " + threshold + "; with this format it is one of " + format.levels());
        }
        if (!timeout.isPositive() || !maximumAge.isPositive()) {
            throw new IllegalArgumentException(key + "timeout and maximum-age must be above 0");
        }
    }
}
