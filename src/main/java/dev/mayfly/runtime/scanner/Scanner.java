package dev.mayfly.runtime.scanner;

import java.time.Duration;
import java.util.List;

/**
 * A program of others that looks at images.
 *
 * @param name of the rule that it is
 * @param command the program and its arguments, which no shell sees. In them, {@code {image}} stands for a name of the image
 *     in full, {@code {digest}} for its name with the digest of its registry, {@code {id}} for its content id and {@code
 *     {archive}} for a file as {@code docker save} makes it
 * @param format what it prints on its standard output
 * @param threshold the least level of a finding that the image must not have, one of the format's; empty with EXIT_CODE
 * @param timeout after which it is killed, with what it started
 * @param environment names of variables that it gets from the operator's own environment besides PATH and HOME
 * @param maximumAge after which what it said is asked anew
 */
public record Scanner(
        String name,
        List<String> command,
        ScanFormat format,
        String threshold,
        Duration timeout,
        List<String> environment,
        Duration maximumAge) {

    /** @throws IllegalArgumentException where no such scanner can be, with a message for whoever configured it */
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
