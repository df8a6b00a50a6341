package dev.mayfly.api.v1alpha1;

/** What validation rules about quantities share. */
final class QuantityRules {
    /**
     * CEL: true for an exponent of more than three characters. Rules are evaluated also where the field's pattern does not
     * match, and {@code isQuantity('1e-999999999')} took the API server more than 10 s (seen with Kubernetes 1.34).
     */
    static final String ENDLESS = ".matches('[eE]....')";

    private QuantityRules() {}
}
