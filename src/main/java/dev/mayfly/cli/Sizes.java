package dev.mayfly.cli;

import java.util.Locale;

/** Formats numbers of bytes for users and for Kubernetes. */
public final class Sizes {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int KIB = 1024;

    private Sizes() {}

    /** With a binary unit, such as {@code 1.5 MiB}. */
    public static String of(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= KIB) {
            size /= KIB;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]).replace(".0 ", " ");
    }

    /** As a Kubernetes quantity, such as {@code 64Mi}. */
    public static String quantity(long bytes) {
        if (bytes % (KIB * KIB) == 0) {
            return bytes / (KIB * KIB) + "Mi";
        }
        return bytes % KIB == 0 ? bytes / KIB + "Ki" : Long.toString(bytes);
    }
}
