package dev.mayfly.cli.scan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.manifest.ManifestYaml;
import dev.mayfly.cli.scan.WriteReader.Written;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** JSON and YAML output for other programs. */
final class ScanDocuments {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    private ScanDocuments() {}

    /**
     * Everything known about one container.
     *
     * @param keptBy {@code namespace/replica} if a Mayfly operator owns it, else null
     * @param written what it wrote outside of volumes
     * @param workload the manifest; null if an operator owns the container, so that a manifest exists
     * @param notes what the manifest does not cover
     */
    private record Report(
            String container,
            String id,
            String image,
            String state,
            String keptBy,
            @JsonUnwrapped Writes written,
            List<Scanned.AnonymousVolume> anonymousVolumes,
            Object workload,
            List<String> notes) {}

    /**
     * @param bytes size of its writable layer
     * @param count number of files and directories that it added, changed or deleted outside of volumes
     */
    private record Writes(
            boolean exact,
            long bytes,
            int count,
            List<Written.Change> writes,
            boolean truncated,
            List<String> suggestedVolumes) {
        static Writes of(Written written) {
            return new Writes(
                    written.inexact().isEmpty(),
                    written.bytes(),
                    written.count(),
                    written.changes(),
                    written.truncated(),
                    written.directories());
        }
    }

    static void json(List<Scanned> scanned, boolean showEnv, PrintWriter out) {
        var names = new HashSet<String>();
        out.println(text(scanned.stream()
                .map(container -> report(container, manifest(container, showEnv, names)))
                .toList()));
    }

    /** Documents for {@code kubectl apply}. Comments say what they don't cover. */
    static void yaml(List<Scanned> scanned, boolean showEnv, PrintWriter out) {
        var names = new HashSet<String>();
        for (var container : scanned) {
            out.println("---");
            manifest(container, showEnv, names)
                    .ifPresentOrElse(
                            manifest -> {
                                manifest.notes().forEach(note -> out.println("# " + Printable.of(note)));
                                out.print(ManifestYaml.text(manifest.resource()));
                            },
                            () -> out.println("# " + container.name() + " is a replica of "
                                    + Printable.of(container.keptBy().orElseThrow()) + ", which has a manifest."));
        }
    }

    private static Optional<Manifest> manifest(Scanned container, boolean showEnv, HashSet<String> names) {
        return container.keptBy().isPresent() ? Optional.empty() : Optional.of(Manifest.of(container, showEnv, names));
    }

    private static Report report(Scanned container, Optional<Manifest> manifest) {
        return new Report(
                container.name(),
                container.container().getId(),
                container.imageReference(),
                container.state(),
                container.keptBy().orElse(null),
                Writes.of(container.written()),
                container.anonymous(),
                manifest.map(Manifest::resource).orElse(null),
                manifest.map(Manifest::notes).orElse(List.of()));
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
