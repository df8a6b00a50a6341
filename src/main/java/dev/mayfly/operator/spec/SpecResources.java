package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.ResourceRequirements;
import dev.mayfly.api.v1alpha1.ResourceRequirements.ResourceAmounts;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Template.Resources;
import dev.mayfly.operator.cluster.InvalidSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Reads quantities as numbers. */
final class SpecResources {
    private static final ResourceAmounts NONE = new ResourceAmounts(null, null);

    /** More than any machine has; larger amounts are read as this one. Its sum over all replicas still fits a long. */
    static final long TOO_MUCH = 1L << 44;

    private SpecResources() {}

    /** As in Kubernetes, a limit without a request is a request as well. */
    static Resources read(ResourceRequirements given) {
        var resources = requireNonNullElse(given, new ResourceRequirements(null, null));
        var limits = requireNonNullElse(resources.limits(), NONE);
        var requests = requireNonNullElse(resources.requests(), NONE);
        return new Resources(
                new Requests(
                        millis(requests.cpu() == null ? limits.cpu() : requests.cpu()),
                        bytes(requests.memory() == null ? limits.memory() : requests.memory())),
                millis(limits.cpu()),
                bytes(limits.memory()));
    }

    /** Bytes, rounded up; 0 if omitted. */
    static long bytes(Quantity quantity) {
        return whole(quantity, BigDecimal.ONE);
    }

    private static long millis(Quantity quantity) {
        return whole(quantity, BigDecimal.valueOf(1000));
    }

    private static long whole(Quantity quantity, BigDecimal factor) {
        if (quantity == null) {
            return 0;
        }
        var amount = amount(quantity).multiply(factor);
        if (amount.signum() < 0) {
            throw new InvalidSpec("the quantity '" + quantity + "' is negative: write 0 or more");
        }
        return amount.min(BigDecimal.valueOf(TOO_MUCH))
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }

    static BigDecimal amount(Quantity quantity) {
        try {
            return quantity.getNumericalAmount();
        } catch (RuntimeException e) {
            throw new InvalidSpec("'" + quantity + "' is no quantity: write one such as 500m or 64Mi");
        }
    }
}
