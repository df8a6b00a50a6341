package dev.mayfly.cli.scan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import com.google.re2j.Pattern;
import dev.mayfly.cli.Printable;
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
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(Feature.WRITE_DOC_START_MARKER)
            .disable(Feature.SPLIT_LINES)
            .enable(Feature.MINIMIZE_QUOTES)
            .enable(Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .stringQuotingChecker(new Quotes())
            .build());

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
        out.println(text(
                JSON,
                scanned.stream()
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
                                out.print(text(YAML, manifest.resource()));
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

    private static String text(ObjectMapper mapper, Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Quotes every value that some YAML parser might not read as text, such as 1e3, 12:30 or no. */
    private static final class Quotes extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;
        private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9._/@:-]*[A-Za-z0-9]");

        @Override
        public boolean needToQuoteValue(String value) {
            return !PLAIN.matcher(value).matches() || super.needToQuoteValue(value);
        }
    }
}
