package dev.mayfly.app;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Drops a log record that needs no action: the refusal of a finalizer for a resource that was deleted before it had
 * one. The Java Operator SDK (5.3) applies the finalizer although the resource is gone; the API server treats that as a
 * new object without a spec and refuses it. Nothing was ever made for such a resource.
 */
@LoggingFilter(name = "gone-before-finalizer")
public final class GoneBeforeFinalizer implements Filter {
    private static final int UNPROCESSABLE = 422;

    @Override
    public boolean isLoggable(LogRecord record) {
        return !(record.getThrown() instanceof KubernetesClientException refused
                && refused.getCode() == UNPROCESSABLE
                && String.valueOf(refused.getMessage()).contains("spec: Required value"));
    }
}
