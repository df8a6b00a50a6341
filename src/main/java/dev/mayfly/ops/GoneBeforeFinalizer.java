package dev.mayfly.ops;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Keeps out of the log what nobody must act on: a resource that was deleted before it had our finalizer. The Java Operator SDK (5.3)
 * applies that to what is gone by then, which to the API server is a new object without a spec; it refuses that, and nothing of the
 * resource was ever made.
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
