package dev.mayfly.config;

import io.fabric8.kubernetes.api.model.Quantity;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a Kubernetes quantity, such as {@code 100m} or {@code 256Mi}. */
public final class QuantityConverter implements Converter<Quantity> {
    private static final long serialVersionUID = 1L;

    @Override
    public Quantity convert(String value) {
        var quantity = Quantity.parse(value);
        quantity.getNumericalAmount();
        return quantity;
    }
}
