package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.command.CreateContainerCmdImpl;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.Templates;
import dev.mayfly.runtime.docker.image.InheritedLabels;
import dev.mayfly.runtime.docker.image.LocalImage;
import dev.mayfly.runtime.docker.volume.Scratch;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories;
import dev.mayfly.runtime.docker.volume.UncoveredVolumes.LaunchRefused;
import dev.mayfly.runtime.support.Stopping;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContainerBodyTest {
    private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();
    private static final long MIB = 1 << 20;
    /** Memory of the engine's machine. */
    private static final long MACHINE = 4096 * MIB;

    private static final String ALIASES = "/NetworkingConfig/EndpointsConfig";

    @Test
    void aReplicaNeverRestartsAndItsPidOneIsTheImagesCommand() {
        var host = body(Templates.plain()).path("HostConfig");

        assertThat(host.path("RestartPolicy").path("Name").asText()).isIn("", "no");
        assertThat(host.path("Init").asBoolean(true)).isFalse();
        assertThat(body(Templates.plain()).path("Entrypoint").isNull()).isTrue();
    }

    @Test
    void inputAndTerminalAreOpenOnlyWhereTheTemplateSaysSo() {
        var plain = body(Templates.plain());
        var attached =
                body(Templates.plain().withProcess(process -> process.withInput(new Template.Input(true, true, true))));

        assertThat(plain.path("OpenStdin").asBoolean()).isFalse();
        assertThat(plain.path("Tty").asBoolean()).isFalse();
        assertThat(attached.path("OpenStdin").asBoolean()).isTrue();
        assertThat(attached.path("StdinOnce").asBoolean()).isTrue();
        assertThat(attached.path("Tty").asBoolean()).isTrue();
    }

    @Test
    void underEnforceTheRootIsReadOnlyAndUnderOffItIsNot() {
        assertThat(body(Templates.plain()).at("/HostConfig/ReadonlyRootfs").asBoolean())
                .isTrue();
        assertThat(body(Templates.in(Ephemerality.OFF))
                        .at("/HostConfig/ReadonlyRootfs")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void aWorkloadsNameResolvesToItsReplicasAndATasksToNone() {
        var task = new ReplicaId(new OwnerId("EphemeralTask", "default", "web", "uid-task"), 3, 2);

        assertThat(body(Templates.plain()).at(ALIASES).toString()).contains("web");
        assertThat(body(Templates.plain(), task).at(ALIASES).toString()).doesNotContain("web");
    }

    /** The engine takes names only when a container joins, and nobody is to be led to one that is held. */
    @Test
    void aWarmReplicaThatStaysInItsNetworkHasItsOwnName() {
        assertThat(aliases(launch(Samples.id(3, 2)).forPool(Hold.Paused))).contains("[\"web-3\"]");
        assertThat(aliases(launch(Samples.id(3, 2)).forPool(Hold.Disconnected))).contains("[\"web\"]");
    }

    private static String aliases(Launch launch) {
        return body(launch, LocalImage.Config.NONE).at(ALIASES).toString();
    }

    private static Launch launch(ReplicaId id) {
        return new Launch(id, "v1", Templates.plain(), 0, 1, Samples.NOON, Priority.SCALE);
    }

    @Test
    void everyReplicaIsBounded() {
        var host = body(Templates.plain()).path("HostConfig");

        assertThat(host.path("PidsLimit").asLong()).isEqualTo(512);
        assertThat(host.at("/LogConfig/Config/max-size").asText()).isEqualTo("10m");
        assertThat(host.at("/LogConfig/Config/max-file").asText()).isEqualTo("2");
        assertThat(host.path("Ulimits").toString()).contains("core").contains(":0");
        assertThat(host.path("SecurityOpt").toString()).contains("no-new-privileges");
    }

    /** Under cgroup v2 the engine takes a limit of swap only with one of memory; under v1 the swappiness decides. */
    @Test
    void withoutALimitAReplicaMayUseAllOfTheMachinesMemoryAndNoSwap() {
        var host = body(Templates.plain()).path("HostConfig");

        assertThat(host.path("Memory").asLong()).isEqualTo(MACHINE);
        assertThat(host.path("MemorySwap").asLong()).isEqualTo(MACHINE);
        assertThat(host.path("MemorySwappiness").asLong(-1)).isZero();
    }

    @Test
    void limitsAreTheEnginesAndNothingIsSwapped() {
        var host = body(Templates.limited(Templates.plain(), 64 * MIB)).path("HostConfig");

        assertThat(host.path("Memory").asLong()).isEqualTo(64 * MIB);
        assertThat(host.path("MemorySwap").asLong()).isEqualTo(64 * MIB);
        assertThat(host.path("MemoryReservation").asLong()).isEqualTo(32 * MIB);
        assertThat(host.path("NanoCpus").asLong()).isEqualTo(500_000_000);
        assertThat(host.path("CpuShares").asLong()).isEqualTo(256);
    }

    @Test
    void aRequestTooSmallForTheEngineIsCountedAndNotPassedOn() {
        assertThat(body(Templates.plain()).at("/HostConfig/MemoryReservation").asLong())
                .isZero();
    }

    @Test
    void onlyAHostPortIsPublished() {
        var body = body(Templates.plain());

        assertThat(body.path("ExposedPorts").has("80/tcp")).isTrue();
        assertThat(body.path("ExposedPorts").has("53/udp")).isTrue();
        assertThat(body.at("/HostConfig/PortBindings").size()).isEqualTo(1);
        assertThat(body.at("/HostConfig/PortBindings").path("80/tcp").toString())
                .contains("8080");
    }

    @Test
    void itsSlotIsTheHostNameAndInTheEnvironment() {
        var body = body(Templates.plain());

        assertThat(body.path("Hostname").asText()).isEqualTo("web-3");
        assertThat(body.path("Env").toString()).contains("GREETING=hello", "MAYFLY_SLOT=3");
    }

    @Test
    void everyLabelOfOursIsWrittenSoThatTheImagesHasNoEffect() {
        var labels = body(Templates.plain()).path("Labels");

        assertThat(Ownership.complete(Map.of()).keySet()).allMatch(labels::has);
        assertThat(labels.path(Ownership.PROBES).asText("missing")).isEmpty();
        assertThat(labels.path("mayfly.dev/logs-on-error").asText("missing")).isEmpty();
    }

    @Test
    void howManyPortsOfTheHostItPublishesStandsOnTheContainer() {
        var unpublished = Templates.plain().withNetwork(network -> network.withPorts(List.of()));

        assertThat(label("host-ports", Templates.plain())).isEqualTo("1");
        assertThat(label("host-ports", unpublished)).isEmpty();
    }

    private static String label(String name, Template template) {
        return body(template).path("Labels").path("mayfly.dev/" + name).asText("missing");
    }

    @Test
    void longLabelsOfTheImageAndThoseThatEventsWouldConfuseAreWithheld() {
        var inherited = InheritedLabels.of(Map.of("sbom", "\u00e4".repeat(513), "exitCode", "0", "vendor", "acme"));
        var labels = body(Templates.plain(), Samples.id(3, 2), inherited).path("Labels");

        assertThat(labels.path("sbom").asText("missing")).isEmpty();
        assertThat(labels.path("exitCode").asText("missing")).isEmpty();
        assertThat(labels.has("vendor")).isFalse();
    }

    @Test
    void moreLabelsThanAListCanCarryAreRefused() {
        var many = IntStream.range(0, 1000).boxed().collect(Collectors.toMap(i -> "label" + i, i -> "x".repeat(100)));

        assertThatThrownBy(() -> body(Templates.plain(), Samples.id(3, 2), InheritedLabels.of(many)))
                .isInstanceOf(LaunchRefused.class)
                .hasMessageContaining("more than 65536")
                .hasMessageContaining("LABELs of image");
    }

    @Test
    void noLabelOfTheUsersReplacesOneOfOurs() {
        var labels = body(Templates.plain()).path("Labels");

        assertThat(labels.path("team").asText()).isEqualTo("blue");
        assertThat(labels.path("note").asText()).isEqualTo("by hand");
        assertThat(labels.path(Ownership.OWNER_UID).asText()).isEqualTo("uid-web");
        assertThat(labels.path(Ownership.STOP_SIGNAL).asText()).isEqualTo("SIGQUIT");
    }

    @Test
    void theEngineItselfStopsItTheWayWeDo() {
        var body = body(Templates.plain()
                .withLifecycle(lifecycle -> lifecycle
                        .withStopSignal("SIGUSR1")
                        .withGrace(Duration.ofSeconds(7))
                        .withPreStop(Optional.of(new PreStop.Sleep(Duration.ofSeconds(5))))));

        assertThat(body.path("StopSignal").asText()).isEqualTo("SIGUSR1");
        assertThat(body.path("StopTimeout").asInt()).isEqualTo(7);
        assertThat(body.at("/Labels/mayfly.dev~1pre-stop").asText()).isEqualTo("{\"sleepSeconds\":5}");
        assertThat(body.at("/Labels/mayfly.dev~1grace-seconds").asText()).isEqualTo("7");
    }

    @Test
    void theUserIsSetOnlyIfGiven() {
        assertThat(body(Templates.plain()).path("User").asText("")).isEmpty();
        assertThat(body(Templates.secured(new Security(1000, 2000, -1, false, List.of(), List.of())))
                        .path("User")
                        .asText())
                .isEqualTo("1000:2000");
        assertThat(body(Templates.secured(new Security(1000, -1, -1, false, List.of(), List.of())))
                        .path("User")
                        .asText())
                .isEqualTo("1000");
    }

    @Test
    void itAnswersToItsWorkloadsName() {
        assertThat(body(Templates.plain())
                        .at("/NetworkingConfig/EndpointsConfig")
                        .toString())
                .contains("\"web\"");
    }

    @Test
    void mountsAreHandedOnAsTheyWereResolved() {
        var mount = body(Templates.plain()).at("/HostConfig/Mounts/0");

        assertThat(mount.path("Source").asText()).isEqualTo("/srv/mayfly/default/data");
        assertThat(mount.path("Target").asText()).isEqualTo("/data");
        assertThat(mount.path("ReadOnly").asBoolean()).isTrue();
    }

    private static JsonNode body(Template template) {
        return body(template, Samples.id(3, 2));
    }

    @Test
    void anImagesHealthcheckIsAskedEveryFiveSecondsAtMost() {
        var hasty = new HealthCheck().withTest(List.of("CMD", "true")).withInterval(1_000_000L);
        var slow = new HealthCheck().withTest(List.of("CMD", "true")).withInterval(300_000_000_000L);
        var usual = new HealthCheck().withTest(List.of("CMD", "true"));

        assertThat(check(hasty).path("Interval").asLong()).isEqualTo(5_000_000_000L);
        assertThat(check(slow).path("Interval").asLong()).isEqualTo(300_000_000_000L);
        assertThat(check(usual).path("Interval").isNumber()).as("the image's").isFalse();
        assertThat(check(hasty).path("Test").isArray()).as("the image's").isFalse();
    }

    private static JsonNode check(HealthCheck images) {
        var config = new LocalImage.Config("", "SIGTERM", Set.of(), Optional.of(images), InheritedLabels.NONE);
        return body(Templates.plain(), Samples.id(3, 2), config).path("Healthcheck");
    }

    private static JsonNode body(Template template, ReplicaId id) {
        return body(template, id, LocalImage.Config.NONE);
    }

    private static JsonNode body(Template template, ReplicaId id, InheritedLabels inherited) {
        return body(template, id, new LocalImage.Config("", "SIGTERM", Set.of(), Optional.empty(), inherited));
    }

    private static JsonNode body(Template template, ReplicaId id, LocalImage.Config inherited) {
        return body(new Launch(id, "v1", template, 0, 1, Samples.NOON, Priority.SCALE), inherited);
    }

    private static JsonNode body(Launch launch, LocalImage.Config inherited) {
        var settings = Settings.of("0123456789ab");
        var template = launch.template();
        var create = new CreateContainerCmdImpl(
                command -> null, new AuthConfig(), template.image().reference());
        var mount = new Mount()
                .withType(MountType.BIND)
                .withSource("/srv/mayfly/default/data")
                .withTarget("/data")
                .withReadOnly(true);
        var scratch = Scratch.of(template, List.of(), ImageDirectories.NONE);
        var filled = new ContainerBody(settings)
                .fill(
                        create,
                        launch,
                        inherited,
                        Stopping.of(template, "SIGQUIT"),
                        List.of(mount),
                        scratch,
                        "net",
                        MACHINE);
        filled.exec(); // puts the aliases where the engine expects them
        return JSON.valueToTree(filled);
    }
}
