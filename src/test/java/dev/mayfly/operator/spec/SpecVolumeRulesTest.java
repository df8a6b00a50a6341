package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Template;
import dev.mayfly.operator.cluster.InvalidSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecVolumeRulesTest {
    private static final Map<String, String> OPEN = Map.of(
            "mayfly.docker-volumes.drivers", "local,vendor", "mayfly.docker-volumes.options", "type,o,device,size=1g");

    private static final SpecReader READER = new SpecReader(Configs.of(OPEN));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volumes: [{name: v, hostPath: {path: /srv/mayfly/shop/a/b/c}}]",
                "volumes: [{name: v, dockerVolume: {name: d, options: {size: 1g, type: tmpfs, device: tmpfs, o: 'size=1m,uid=5'}}}]",
                "volumes: [{name: v, dockerVolume: {name: d, options: {type: nfs, device: ':/export', o: addr=10.0.0.1}}}]",
                "volumes: [{name: v, dockerVolume: {name: d, driver: vendor, options: {size: 1g}}}]",
                "volumes: [{name: v, dockerVolume: {name: d}}], volumeMounts: [{name: v, mountPath: /a, readOnly: true}, {name: v, mountPath: /b, subPath: c}]",
                "volumes: [{name: v, dockerVolume: {name: d}}], volumeMounts: [{name: v, mountPath: /a, subPath: c}, {name: v, mountPath: /b, subPath: cc}]",
                "volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}], volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /a/b}]",
                "volumes: [{name: v, configMap: {name: c}}], volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b/c, subPath: c}]",
                "volumes: [{name: v, secret: {secretName: s}}], volumeMounts: [{name: v, mountPath: /b/c, subPath: c}, {name: v, mountPath: /a}]"
            })
    void harmlessVolumesAndMountsAreAllowed(String template) {
        assertThatCode(() -> check(template)).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            volumes: [{name: v, dockerVolume: {name: d, driver: nfs}}]                     | mayfly.docker-volumes.drivers
            volumes: [{name: v, dockerVolume: {name: d, options: {size: 2g}}}]             | mayfly.docker-volumes.options
            volumes: [{name: v, dockerVolume: {name: d, options: {type: none, o: bind, device: /etc}}}]   | would mount something of the host
            volumes: [{name: v, dockerVolume: {name: d, options: {o: bind, device: /etc}}}] | would mount something of the host
            volumes: [{name: v, dockerVolume: {name: d, options: {type: tmpfs, o: 'rw, BIND', device: etc}}}] | would mount something of the host
            volumes: [{name: v, dockerVolume: {name: d, options: {type: ext4, device: sda}}}] | would mount something of the host
            volumes: [{name: v, dockerVolume: {name: d, options: {type: tmpfs, device: /dev/sda}}}] | would mount something of the host
            volumes: [{name: v, dockerVolume: {name: d, options: {type: overlay, o: 'lowerdir=/etc'}}}] | would mount something of the host
            volumes: [{name: v, dockerVolume: {name: d, driver: vendor, options: {device: /etc}}}] | would mount something of the host
            volumes: [{name: v, dockerVolume: {name: d, options: {type: tmpfs}}}], volumeMounts: [{name: v, mountPath: /a, subPath: b}] | can mount only all of it
            volumes: [{name: v, emptyDir: {medium: Memory}}], volumeMounts: [{name: v, mountPath: /a, subPath: b}] | mount all of it
            volumes: [{name: v, dockerVolume: {name: d}}], volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b, subPath: c}] | inside the writable mount at /a
            volumes: [{name: v, hostPath: {path: /srv/mayfly/shop/a}}, {name: w, hostPath: {path: /srv/mayfly/shop/a/b}}], volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /b}] | inside the writable mount at /a
            volumes: [{name: v, dockerVolume: {name: d}}, {name: w, emptyDir: {}}], volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /a/b}] | mount it beside, not in it
            """)
    void harmfulVolumesAndMountsAreRefusedWithTheRemedy(String template, String message) {
        assertThatThrownBy(() -> check(template))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining(message);
    }

    private static void check(String template) {
        new SpecVolumeRules(Configs.of(OPEN)).check(read(template), "shop");
    }

    private static Template read(String yaml) {
        var workload = Serialization.unmarshal(
                "metadata: {namespace: shop, name: web, uid: u}\nspec: {template: {image: a, " + yaml + "}}",
                EphemeralWorkload.class);
        return READER.unchecked(workload).template();
    }
}
