package dev.mayfly.runtime.docker.container;

import com.github.dockerjava.api.model.HostConfig;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The label with the limits that a container was created with: the engine shows only the present ones, and
 * {@code docker update} changes them. CPU shares, nanoseconds of CPU time per second, bytes of memory, reserved bytes
 * and number of processes; 0: not set.
 */
public final class LimitsLabel {
    private static final int AMOUNTS = 5;
    /** Digits of a long that can't overflow. */
    private static final int DIGITS = 18;

    private LimitsLabel() {}

    public static String written(HostConfig host) {
        return amounts(host).stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /** Empty if there are none: an earlier version of the operator created the container. */
    static List<Long> of(LabelReader labels) {
        return labels.read(Ownership.LIMITS, LimitsLabel::parsed).orElse(List.of());
    }

    /**
     * True if a limit is another one than at creation. An engine or kernel that does not support a limit shows none,
     * which is no change.
     *
     * @param created as from {@link #of}
     */
    static boolean changed(List<Long> created, HostConfig host) {
        if (created.isEmpty() || host == null) {
            return false;
        }
        var now = amounts(host);
        return Stream.iterate(0, i -> i + 1)
                .limit(AMOUNTS)
                .anyMatch(i -> now.get(i) > 0 && !now.get(i).equals(created.get(i)));
    }

    private static List<Long> amounts(HostConfig host) {
        var shares = host.getCpuShares();
        return Stream.of(
                        shares == null ? null : Long.valueOf(shares),
                        host.getNanoCPUs(),
                        host.getMemory(),
                        host.getMemoryReservation(),
                        host.getPidsLimit())
                .map(amount -> Objects.requireNonNullElse(amount, 0L))
                .map(amount -> Math.max(0, amount))
                .toList();
    }

    private static List<Long> parsed(String text) {
        var amounts = text.split(",", -1);
        if (amounts.length != AMOUNTS || !Stream.of(amounts).allMatch(amount -> Text.isNumber(amount, DIGITS))) {
            throw new IllegalArgumentException("no limits");
        }
        return Stream.of(amounts).map(Long::valueOf).toList();
    }
}
