package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Text;

/** Resolves {@code maxSurge} and {@code maxUnavailable} to numbers as a Deployment does. */
public final class RolloutBudget {
    private RolloutBudget() {}

    /**
     * @param maxSurge a number of replicas, or a percentage of {@code replicas}, rounded up
     * @param maxUnavailable as {@code maxSurge}, but rounded down; 1 if both resolve to 0, since no rollout could
     *     make progress then
     * @throws IllegalArgumentException if one is neither a number nor a percentage
     */
    public static Budget resolve(String maxSurge, String maxUnavailable, int replicas) {
        var surge = scaled(maxSurge, replicas, 99);
        var unavailable = scaled(maxUnavailable, replicas, 0);
        return surge == 0 && unavailable == 0
                ? new Budget(0, 1)
                : new Budget(surge, Math.min(unavailable, Math.max(1, replicas)));
    }

    private static int scaled(String value, int replicas, int roundingUp) {
        var number = value.endsWith("%") ? value.substring(0, value.length() - 1) : value;
        if (!Text.isNumber(number, 9)) {
            throw new IllegalArgumentException(
                    "'" + value + "' is neither a number nor a percentage, such as 1 or 25%");
        }
        if (!value.endsWith("%")) {
            return Integer.parseInt(number);
        }
        var percent = Long.parseLong(number);
        return (int) Math.min(Integer.MAX_VALUE / 2, (percent * replicas + roundingUp) / 100);
    }
}
