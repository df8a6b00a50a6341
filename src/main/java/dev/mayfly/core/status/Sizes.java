package dev.mayfly.core.status;

import io.fabric8.kubernetes.api.model.Quantity;

/** Sizes as a status has them, for people to read: rounded up to Ki below 1Mi, else to Mi. */
public final class Sizes {
    private static final long KI = 1 << 10;
    private static final long MI = 1 << 20;

    private Sizes() {}

    /** @param bytes 0 or more */
    public static Quantity of(long bytes) {
        if (bytes == 0) {
            return new Quantity("0");
        }
        return bytes < MI ? new Quantity(Math.ceilDiv(bytes, KI) + "Ki") : new Quantity(Math.ceilDiv(bytes, MI) + "Mi");
    }

    /** Bytes of a size that a status has. @param size null: 0 */
    public static long bytes(Quantity size) {
        return size == null ? 0 : Quantity.getAmountInBytes(size).longValue();
    }
}
