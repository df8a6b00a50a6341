package dev.mayfly.operator.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.config.Configs;
import dev.mayfly.operator.claim.ClaimRules.Use;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimRulesTest {
    private static final Use USE = new Use(3, false);
    private final ClaimRules rules = new ClaimRules(Configs.of(Map.of()).claimPrefixes());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local: {path: /srv/mayfly/shop/data}",
                "hostPath: {path: /opt/local-path-provisioner/pvc-1_shop_data}",
                "hostPath: {path: /var/lib/rancher/k3s/storage/pvc-1_shop_data/, type: DirectoryOrCreate}"
            })
    void directoriesOfThisMachineBelowAPrefixCanBeMounted(String source) {
        assertThat(path(source, "[ReadWriteOnce]", USE)).startsWith("/").doesNotEndWith("/");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "nfs: {server: a, path: /} | is of kind nfs",
                "csi: {driver: a.example.org, volumeHandle: b} | is of kind csi (a.example.org)",
                "iscsi: {targetPortal: a, iqn: b, lun: 1} | is of kind iscsi",
                "hostPath: {path: /etc} | must lie below /var/lib/rancher/k3s/storage or",
                "hostPath: {path: /srv/mayfly} | must lie below",
                "hostPath: {path: /srv/mayfly-not} | must lie below",
                "hostPath: {path: /srv/mayfly/../../etc} | must lie below",
                "{volumeMode: Block, local: {path: /dev/sda}} | has volumeMode Block"
            })
    void otherVolumesAreRefusedWithAReason(String source, String words) {
        refused(source, "[ReadWriteOnce]", USE, words);
    }

    @Test
    void aVolumeOfAnotherNodeIsRefused() {
        refused(onNode("other"), "[ReadWriteOnce]", USE, "is on another node");
        assertThat(path(onNode("here"), "[ReadWriteOnce]", USE)).isEqualTo("/srv/mayfly/a");
    }

    @Test
    void accessModesLimitTheUse() {
        var source = "local: {path: /srv/mayfly/a}";
        refused(source, "[ReadOnlyMany]", USE, "set readOnly: true");
        refused(source, "[ReadWriteOncePod]", USE, "set replicas: 1 and rollout.maxSurge: 0");

        assertThat(path(source, "[ReadOnlyMany]", new Use(3, true))).isEqualTo("/srv/mayfly/a");
        assertThat(path(source, "[ReadWriteOncePod]", new Use(1, false))).isEqualTo("/srv/mayfly/a");
        assertThat(path(source, "[ReadWriteMany]", USE)).isEqualTo("/srv/mayfly/a");
    }

    @Test
    void aClaimThatIsBeingDeletedAcceptsNoNewReplica() {
        var claim = claim("[ReadWriteOnce]");
        claim.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        assertThatThrownBy(() -> rules.path(claim, volume("local: {path: /srv/mayfly/a}"), node(), USE))
                .hasMessageContaining("being deleted");
    }

    private void refused(String source, String modes, Use use, String words) {
        assertThatThrownBy(() -> path(source, modes, use))
                .isInstanceOf(Claims.Unusable.class)
                .hasMessageStartingWith("persistentVolumeClaim data: its volume pv-1 ")
                .hasMessageContaining(words);
    }

    private String path(String source, String modes, Use use) {
        return rules.path(claim(modes), volume(source), node(), use);
    }

    private static String onNode(String name) {
        return "{local: {path: /srv/mayfly/a}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions:"
                + " [{key: kubernetes.io/hostname, operator: In, values: [" + name + "]}]}]}}}";
    }

    private static PersistentVolume volume(String spec) {
        return Serialization.unmarshal(
                "metadata: {name: pv-1}\nspec: " + (spec.startsWith("{") ? spec : "{" + spec + "}"),
                PersistentVolume.class);
    }

    private static PersistentVolumeClaim claim(String modes) {
        return Serialization.unmarshal(
                "metadata: {name: data, namespace: shop}\nspec: {accessModes: " + modes + "}",
                PersistentVolumeClaim.class);
    }

    private static Node node() {
        return Serialization.unmarshal("metadata: {name: here, labels: {kubernetes.io/hostname: here}}", Node.class);
    }
}
