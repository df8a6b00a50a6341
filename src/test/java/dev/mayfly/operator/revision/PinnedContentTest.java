package dev.mayfly.operator.revision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.operator.content.Content.Source;
import dev.mayfly.operator.content.ContentCopies;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PinnedContentTest {
    private static final String REVISION = "web-aaaa-12345678";
    private static final String MAP = ContentCopies.name(REVISION, Source.configMap("conf"));
    private static final String SECRET = ContentCopies.name(REVISION, Source.secret("conf"));

    @Test
    void allThatThePodReadsIsTheCopyOfItsRevision() {
        var template = Samples.template("web").withPlacement(new Placement("Pods", """
                {"imagePullSecrets": [{"name": "conf"}],
                 "containers": [{"name": "replica",
                  "env": [
                   {"name": "A", "value": "conf"},
                   {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "conf", "key": "b"}}},
                   {"name": "C", "valueFrom": {"secretKeyRef": {"name": "conf", "key": "c", "optional": true}}}],
                  "envFrom": [{"configMapRef": {"name": "conf"}}, {"prefix": "S_", "secretRef": {"name": "conf"}}]}],
                 "volumes": [
                  {"name": "m", "configMap": {"name": "conf", "items": [{"key": "k", "path": "p"}]}},
                  {"name": "s", "secret": {"secretName": "conf"}}]}"""));

        var pinned = PinnedContent.of(template, source -> ContentCopies.name(REVISION, source));

        var spec = Serialization.unmarshal(pinned.placement().podSpec(), PodSpec.class);
        assertThat(MAP).isNotEqualTo(SECRET).startsWith(REVISION);
        assertThat(spec.getImagePullSecrets()).extracting("name").containsExactly("conf");
        var container = spec.getContainers().getFirst();
        assertThat(container.getEnv()).extracting("value").containsExactly("conf", null, null);
        assertThat(container.getEnv())
                .extracting("valueFrom.configMapKeyRef.name")
                .containsExactly(null, MAP, null);
        assertThat(container.getEnv().getLast().getValueFrom().getSecretKeyRef())
                .extracting("name", "key", "optional")
                .containsExactly(SECRET, "c", true);
        assertThat(container.getEnvFrom().getFirst().getConfigMapRef().getName())
                .isEqualTo(MAP);
        assertThat(container.getEnvFrom().getLast().getSecretRef().getName()).isEqualTo(SECRET);
        assertThat(spec.getVolumes().getFirst().getConfigMap())
                .satisfies(map -> assertThat(map.getName()).isEqualTo(MAP))
                .satisfies(map -> assertThat(map.getItems()).hasSize(1));
        assertThat(spec.getVolumes().getLast().getSecret().getSecretName()).isEqualTo(SECRET);
    }

    @Test
    void whatIsNoPodStaysAsItIs() {
        var template = Samples.template("web");

        assertThat(PinnedContent.of(template, source -> "copy")).isSameAs(template);
    }

    /** The names that an earlier version of the operator gave. */
    @Test
    void theNamesOfCopiesAreThoseOfTheIndex() {
        var index = List.of(
                Map.of("kind", "ConfigMap", "name", "conf", "copy", REVISION + "-0"),
                Map.of("kind", "Secret", "name", "conf", "copy", REVISION + "-1"));

        assertThat(ContentCopies.names(index))
                .containsOnly(
                        Map.entry(Source.configMap("conf"), REVISION + "-0"),
                        Map.entry(Source.secret("conf"), REVISION + "-1"));
    }
}
