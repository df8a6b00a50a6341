package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.MDC;

/**
 * The workload or replica that this thread works for: fields of each line that it logs. They show in JSON logs. Closing
 * restores what was there before.
 */
public final class LogFields implements AutoCloseable {
    private static final String WORKLOAD = "workload";
    private static final String KIND = "kind";
    private static final String NAMESPACE = "namespace";
    private static final String REPLICA = "replica";

    private final Map<String, Object> before = new HashMap<>();

    private LogFields() {}

    public static LogFields of(OwnerId owner) {
        var fields = new LogFields();
        fields.put(KIND, owner.kind());
        fields.put(NAMESPACE, owner.namespace());
        fields.put(WORKLOAD, owner.name());
        return fields;
    }

    public static LogFields of(ReplicaId id) {
        var fields = of(id.owner());
        fields.put(REPLICA, id.replica());
        return fields;
    }

    private void put(String field, String value) {
        before.put(field, MDC.put(field, value));
    }

    @Override
    public void close() {
        before.forEach((field, value) -> {
            if (value == null) {
                MDC.remove(field);
            } else {
                MDC.put(field, value);
            }
        });
    }
}
