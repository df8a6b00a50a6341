package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest(name = "{0}: {1}, shown as {2}")
    @CsvSource({
        "busybox,                             busybox,                       busybox",
        "busybox:1.36,                        busybox,                       busybox",
        "library/busybox:1.36,                library/busybox,               busybox",
        "docker.io/library/busybox,           docker.io/library/busybox,     busybox",
        "docker.io/busybox,                   docker.io/busybox,             busybox",
        "library/team/app,                    library/team/app,              library/team/app",
        "index.docker.io/team/app:1,          index.docker.io/team/app,      team/app",
        "127.0.0.1:5000/team/app,             127.0.0.1:5000/team/app,       127.0.0.1:5000/team/app",
        "127.0.0.1:5000/library/app:1@sha256:0, 127.0.0.1:5000/library/app,  127.0.0.1:5000/library/app"
    })
    void aRepositoryIsWhatIsLeftWithoutTagAndDigest(String reference, String repository, String familiar) {
        assertThat(ImageName.repository(reference)).isEqualTo(repository);
        assertThat(ImageName.familiar(reference)).isEqualTo(familiar);
    }

    /** Rows of the distribution project's own tests of its normalisation, and ours. */
    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource({
        "busybox,                              docker.io/library/busybox:latest",
        "busybox:1.36,                         docker.io/library/busybox:1.36",
        "busybox@sha256:0,                     docker.io/library/busybox@sha256:0",
        "busybox:1.36@sha256:0,                docker.io/library/busybox@sha256:0",
        "library/busybox,                      docker.io/library/busybox:latest",
        "docker.io/busybox,                    docker.io/library/busybox:latest",
        "docker.io/library/busybox:1,          docker.io/library/busybox:1",
        "index.docker.io/busybox,              docker.io/library/busybox:latest",
        "index.docker.io/docker/whalesay,      docker.io/docker/whalesay:latest",
        "docker/whalesay,                      docker.io/docker/whalesay:latest",
        "library/team/app:1,                   docker.io/library/team/app:1",
        "a/b/c/d:1,                            docker.io/a/b/c/d:1",
        "localhost/app,                        localhost/app:latest",
        "localhost:5000/app:1,                 localhost:5000/app:1",
        "127.0.0.1:5000/x@sha256:0,            127.0.0.1:5000/x@sha256:0",
        "registry/app:1,                       docker.io/registry/app:1",
        "registry:5000/app,                    registry:5000/app:latest",
        "Registry/app:1,                       Registry/app:1",
        "ghcr.io/team/app:v1,                  ghcr.io/team/app:v1",
        "'[2001:db8::1]:5000/app:1',           '[2001:db8::1]:5000/app:1'"
    })
    void aNameInFullBeginsWithItsRegistry(String reference, String full) {
        assertThat(ImageName.full(reference)).isEqualTo(full);
        assertThat(ImageName.full(full)).isEqualTo(full);
        assertThat(ImageName.fullRepository(reference)).isEqualTo(ImageName.repository(full));
        assertThat(full).startsWith(ImageName.registry(reference) + "/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:" + HEX, HEX, "0123456789ab"})
    void anIdIsNoRepositoryAndHasNoRegistry(String id) {
        assertThat(ImageName.id(id)).isTrue();
        assertThat(ImageName.id(id, "sha256:" + HEX)).isTrue();
        assertThat(ImageName.id(id, "sha256:" + "f".repeat(64))).isFalse();
        assertThat(ImageName.full(id)).isEqualTo(id);
        assertThat(ImageName.fullRepository(id)).isEmpty();
        assertThat(ImageName.registry(id)).isEmpty();
        assertThat(ImageName.fixed(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cafe", "0123456789abc", "docker.io/library/0123456789ab", "0123456789ab:1", "sha256:1"})
    void whatOnlyResemblesAnIdIsAName(String name) {
        assertThat(ImageName.id(name)).isFalse();
        assertThat(ImageName.registry(name)).isEqualTo("docker.io");
    }

    @Test
    void onlyADigestOrAnIdIsOneContentForGood() {
        assertThat(ImageName.fixed("app:1")).isFalse();
        assertThat(ImageName.fixed("app:1@sha256:0")).isTrue();
        assertThat(ImageName.fixed("sha256:" + HEX)).isTrue();
    }

    @Test
    void theDigestTakesThePlaceOfWhatTheTagMeant() {
        assertThat(ImageName.at("r:5000/app:1", "sha256:0")).isEqualTo("r:5000/app@sha256:0");
        assertThat(ImageName.readable("r:5000/app:1@sha256:1", "sha256:0")).isEqualTo("r:5000/app:1@sha256:0");
    }
}
