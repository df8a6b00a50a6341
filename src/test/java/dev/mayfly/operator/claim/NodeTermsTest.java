package dev.mayfly.operator.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.operator.claim.ClaimRules.NodeTerms;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTermsTest {
    private static final Node NODE =
            Serialization.unmarshal("metadata: {name: n, labels: {kubernetes.io/hostname: n, disks: '4'}}", Node.class);

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "[{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [m, n]}]}] | true",
                "[{matchExpressions: [{key: kubernetes.io/hostname, operator: NotIn, values: [n]}]}] | false",
                "[{matchExpressions: [{key: zone, operator: NotIn, values: [n]}]}] | true",
                "[{matchExpressions: [{key: disks, operator: Exists}, {key: zone, operator: DoesNotExist}]}] | true",
                "[{matchExpressions: [{key: disks, operator: Gt, values: ['3']}]}] | true",
                "[{matchExpressions: [{key: disks, operator: Lt, values: ['3']}]}] | false",
                "[{matchExpressions: [{key: kubernetes.io/hostname, operator: Gt, values: ['3']}]}] | false",
                "[{matchExpressions: [{key: zone, operator: Lt, values: ['3']}]}] | false",
                "[{matchExpressions: [{key: disks, operator: Gt, values: [few]}]}] | false",
                "[{matchExpressions: [{key: disks, operator: Gt}]}] | false",
                "[{matchFields: [{key: metadata.name, operator: In, values: [n]}]}] | true",
                "[{matchExpressions: [{key: zone, operator: Exists}]}, {matchExpressions: [{key: disks, operator: Exists}]}] | true",
                "[{}] | false"
            })
    void termsAreAlternativesAndAllTheirRequirementsMustMatch(String terms, boolean reached) {
        assertThat(NodeTerms.reach(volume("{required: {nodeSelectorTerms: " + terms + "}}"), NODE))
                .isEqualTo(reached);
    }

    @Test
    void aVolumeWithoutTermsIsAccessibleFromEveryNode() {
        assertThat(NodeTerms.reach(volume("null"), NODE)).isTrue();
    }

    private static PersistentVolume volume(String affinity) {
        return Serialization.unmarshal(
                "metadata: {name: v}\nspec: {nodeAffinity: " + affinity + "}", PersistentVolume.class);
    }
}
