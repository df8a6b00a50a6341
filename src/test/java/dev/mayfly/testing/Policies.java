package dev.mayfly.testing;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Image policies, as a user sees them with {@code kubectl}. They are the cluster's, so each test has names of its own.
 */
public final class Policies implements AutoCloseable {
    private final KubernetesClient client;
    private final List<String> made = new ArrayList<>();

    public Policies(KubernetesClient client) {
        this.client = client;
    }

    /** @param spec YAML of its spec */
    public void apply(String name, String spec) {
        var yaml = "apiVersion: mayfly.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: " + name + "}\nspec:\n"
                + spec.indent(2);
        made.add(name);
        client.resource(client.getKubernetesSerialization().unmarshal(yaml, ImagePolicy.class))
                .fieldManager("kubectl")
                .forceConflicts()
                .serverSideApply();
    }

    /** Empty while there is none. */
    public Optional<ImagePolicyStatus> status(String name) {
        return Optional.ofNullable(
                        client.resources(ImagePolicy.class).withName(name).get())
                .map(ImagePolicy::getStatus);
    }

    /** {@code status/reason: message}; empty where there is none. */
    public Optional<String> condition(String name, String type) {
        return status(name).map(ImagePolicyStatus::conditions).stream()
                .flatMap(List::stream)
                .filter(condition -> condition.getType().equals(type))
                .map(Policies::words)
                .findFirst();
    }

    private static String words(Condition condition) {
        return condition.getStatus() + "/" + condition.getReason() + ": " + condition.getMessage();
    }

    /** Events about the policy, of that reason. */
    public List<Event> events(String name, String reason) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> name.equals(event.getInvolvedObject().getName()))
                .filter(event -> "ImagePolicy".equals(event.getInvolvedObject().getKind()))
                .filter(event -> reason.equals(event.getReason()))
                .toList();
    }

    @Override
    public void close() {
        made.forEach(name -> client.resources(ImagePolicy.class).withName(name).delete());
    }
}
