package dev.mayfly.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.cli.scan.WriteReader.Written;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestProcessTest {

    @Test
    void aHostPortOfTheMachineIsKeptAndTheSettingIsNamed() throws JsonProcessingException {
        var container = DockerClientConfig.getDefaultObjectMapper().readValue("""
                        {"Id": "c1", "Name": "/web", "Config": {"Image": "busybox:1.36"}, "HostConfig": {"PortBindings": {
                          "80/tcp": [{"HostPort": "80"}], "81/tcp": [{"HostPort": "8080"}]}}}""", InspectContainerResponse.class);
        var nothing = new Written(0, 0, List.of(), List.of(), Optional.empty());
        var notes = new ArrayList<String>();

        var template =
                ManifestProcess.of(new Scanned(container, Optional.empty(), nothing, List.of()), "web", false, notes);

        assertThat(template)
                .containsEntry(
                        "ports",
                        List.of(
                                Map.of("containerPort", 80, "hostPort", 80),
                                Map.of("containerPort", 81, "hostPort", 8080)));
        assertThat(notes)
                .filteredOn(note -> note.contains("mayfly.host-ports.allowed"))
                .singleElement()
                .asString()
                .contains("published at 80, which may be refused");
    }
}
