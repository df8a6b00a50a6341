package dev.mayfly.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.cli.scan.WriteReader.Written;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import dev.mayfly.core.audit.AuditReport.Finding;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScanDocumentsTest {

    /** Programs of users read the fields. */
    @Test
    void theReportOfAContainerIsFlat() throws JsonProcessingException {
        var container = DockerClientConfig.getDefaultObjectMapper().readValue("""
                        {"Id": "c1", "Name": "/web", "State": {"Status": "running"}, "Config": {"Image": "busybox:1.36",
                          "Labels": {"mayfly.dev/owner-uid": "u", "mayfly.dev/namespace": "shop", "mayfly.dev/name": "web",
                            "mayfly.dev/slot": "0"}}}""", InspectContainerResponse.class);
        var written = new Written(
                12, 2, List.of(new Written.Change("/srv/a", Finding.Kind.Added)), List.of("/srv"), Optional.empty());
        var out = new StringWriter();

        ScanDocuments.json(
                List.of(new Scanned(
                        container,
                        Optional.empty(),
                        written,
                        List.of(new Scanned.AnonymousVolume("v1", "/data", 1, 2, 3, true)))),
                false,
                new PrintWriter(out, true));

        assertThat(out.toString().strip()).isEqualTo("""
                [ {
                  "container" : "web",
                  "id" : "c1",
                  "image" : "busybox:1.36",
                  "state" : "running",
                  "keptBy" : "shop/web-0",
                  "exact" : true,
                  "bytes" : 12,
                  "count" : 2,
                  "writes" : [ {
                    "path" : "/srv/a",
                    "kind" : "Added"
                  } ],
                  "truncated" : true,
                  "suggestedVolumes" : [ "/srv" ],
                  "anonymousVolumes" : [ {
                    "name" : "v1",
                    "path" : "/data",
                    "bytes" : 1,
                    "files" : 2,
                    "changed" : 3,
                    "counted" : true
                  } ],
                  "notes" : [ ]
                } ]""");
    }
}
