package dev.mayfly.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VolumeAdviceTest {

    @Test
    void eachDirectoryGetsAVolumeAndAMount() {
        assertThat(VolumeAdvice.yaml("web", List.of("/var/lib/app", "/data"))).isEqualTo("""
                spec:
                  template:
                    volumes:
                    - {name: var-lib-app, dockerVolume: {name: web-var-lib-app, reclaimPolicy: Retain}}
                    - {name: data, dockerVolume: {name: web-data, reclaimPolicy: Retain}}
                    volumeMounts:
                    - {name: var-lib-app, mountPath: /var/lib/app}
                    - {name: data, mountPath: /data}
                """);
    }

    @Test
    void volumeNamesAreUniqueAndValidForAnyPath() {
        var workload = "w".repeat(50);

        var yaml = VolumeAdvice.yaml(workload, List.of("/a b", "/a/b", "/ü", "/" + "x".repeat(200), "/X\"y"));

        assertThat(yaml)
                .contains(
                        "{name: a-b,",
                        "{name: a-b-2,",
                        "{name: data,",
                        "mountPath: \"/a b\"",
                        "mountPath: \"/X\\\"y\"");
        assertThat(yaml.lines()).allMatch(line -> !line.matches(".*dockerVolume: \\{name: [a-z0-9-]{64,},.*"));
    }
}
