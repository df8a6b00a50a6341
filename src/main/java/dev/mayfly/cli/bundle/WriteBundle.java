package dev.mayfly.cli.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import dev.mayfly.cli.ClusterOption;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.Sizes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mayfly bundle}. */
@Command(
        name = "bundle",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Collect what support needs into one file.",
        description = {
            "Writes a .tar.gz of text files: versions, workloads, tasks and policies with their status, Events, Pods, nodes and"
                    + " Leases, the operator's log and metrics, what the engine says of itself and of Mayfly's containers, and"
                    + " counts. It only reads. omitted.txt says what could not be read.",
            "No values of Secrets, variables, arguments, headers and annotations are in it, and no last output of replicas. It reads the"
                    + " Secrets that resources name, to search messages and logs for their values; it leaves messages and logs out"
                    + " if it can't read one. Values of less than 4 characters are not searched for, nor earlier values and Secrets"
                    + " that only deleted resources named. Read the file before you send it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly bundle",
            "  mayfly bundle -f bundle.tar.gz --log .local/log/operator.log",
            "  mayfly bundle -n shop"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written",
            "1:failed; the error output says what to do. A cluster or an engine that does not answer is no failure",
            "2:wrong command line"
        })
public final class WriteBundle implements Callable<Integer> {
    private static final String README = """
            A support bundle of Mayfly, made by: mayfly bundle
            omitted.txt    what could not be read, and why
            counts.yaml    resources and replicas, by condition
            engine.yaml    the Docker Engine and Mayfly's containers
            cluster/       resources, Events, Pods, Nodes and Leases as the API server shows them
            log/           the operator's log and metrics
            %s stands where a value was taken out.
            """.formatted(Redaction.MASK);

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'mayfly-bundle-'yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final int LOG_BYTES = 4 * 1024 * 1024;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The file to write, which must not exist. Default: mayfly-bundle-DATE-TIME.tar.gz.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Only workloads and tasks of this namespace, and no log and Events of the operator, which are"
                    + " about all. Default: all.")
    private String namespace = "";

    @Option(
            names = "--operator-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = "mayfly-system",
            description = "The operator's namespace. Default: mayfly-system.")
    private String operators;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "The log of an operator that runs outside of the cluster.")
    private Optional<Path> log = Optional.empty();

    @Mixin
    private ClusterOption clusterAt;

    @Mixin
    private EngineOption engineAt;

    private final Omissions omissions = new Omissions();

    @Override
    public Integer call() throws IOException {
        if (log.isPresent() && !namespace.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--log is about all namespaces: leave out --namespace or --log");
        }
        var now = InstantSource.system().instant();
        var name = NAME.format(now);
        var target = file.orElse(Path.of(name + ".tar.gz"));
        var operatorsLog = log.map(WriteBundle::lastOf);
        create(target);
        try (var progress = ProgressLine.of(spec.commandLine(), "collecting");
                var archive = new BundleArchive(Files.newOutputStream(target), name, Date.from(now))) {
            fill(archive, operatorsLog);
        } catch (IOException | RuntimeException failure) {
            Files.delete(target);
            throw failure;
        }
        var out = spec.commandLine().getOut();
        out.println(Printable.of(target.toString()) + " (" + Sizes.of(Files.size(target))
                + "). Read it before you send it: tar -xzf " + Printable.of(target.toString()));
        out.flush();
        return Exit.DONE;
    }

    /** For its owner only. */
    private static void create(Path target) throws IOException {
        try {
            Files.newByteChannel(
                            target,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    .close();
        } catch (FileAlreadyExistsException there) {
            throw new Refusal(Printable.of(target.toString()) + " exists: name another file with --file");
        } catch (IOException refused) {
            throw new Refusal(Printable.of(target.toString()) + " can't be written: name another file with --file");
        }
    }

    private void fill(BundleArchive archive, Optional<String> operatorsLog) throws IOException {
        var redaction = cluster(archive);
        var engine = engine();
        if (engine.isPresent()) {
            archive.add("engine.yaml", yaml(redaction.of(engine.get())));
        }
        if (operatorsLog.isPresent()) {
            archive.add("log/operator.log", redaction.text(operatorsLog.get()));
        }
        archive.add("versions.yaml", yaml(versions()));
        archive.add("omitted.txt", redaction.vocabulary(omissions.text()));
        archive.add("README.txt", README);
    }

    private Redaction cluster(BundleArchive archive) throws IOException {
        try (var client = clusterAt
                .connectIfPossible(silent -> omissions.add("cluster", silent))
                .orElse(null)) {
            if (client == null) {
                omissions.add("cluster", "none is named: name one with --kubeconfig or KUBECONFIG");
                var unknown = new SecretValues();
                unknown.incomplete();
                return new Redaction(unknown);
            }
            var documents = new ClusterDocuments(client, namespace, operators, omissions);
            documents.read();
            var redaction = new Redaction(documents.secrets());
            for (var document : documents.documents().entrySet()) {
                archive.add("cluster/" + document.getKey() + ".yaml", yaml(redaction.of(document.getValue())));
            }
            for (var text : documents.logs().entrySet()) {
                archive.add("log/" + text.getKey(), redaction.text(text.getValue()));
            }
            for (var text : documents.metrics().entrySet()) {
                archive.add("log/" + text.getKey(), redaction.vocabulary(text.getValue()));
            }
            archive.add("counts.yaml", yaml(documents.counts()));
            return redaction;
        }
    }

    private Optional<JsonNode> engine() throws IOException {
        try (var engine = engineAt.connect()) {
            return Optional.of(new ObjectMapper().valueToTree(EngineDocument.of(engine)));
        } catch (RuntimeException failure) {
            omissions.add("engine", Complaint.about(failure).orElseThrow(() -> failure));
            return Optional.empty();
        }
    }

    private static String lastOf(Path file) {
        try (var reader = new RandomAccessFile(file.toFile(), "r")) {
            var bytes = new byte[(int) Math.min(LOG_BYTES, reader.length())];
            reader.seek(reader.length() - bytes.length);
            reader.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new Refusal(Printable.of(file.toString()) + " can't be read: name the operator's log with --log");
        }
    }

    private Map<String, String> versions() {
        return Map.of(
                "mayfly",
                spec.root().version()[0],
                "java",
                System.getProperty("java.vm.version"),
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
    }

    private static String yaml(Object document) throws IOException {
        return new ObjectMapper(YAMLFactory.builder()
                        .disable(Feature.WRITE_DOC_START_MARKER)
                        .disable(Feature.SPLIT_LINES)
                        .enable(Feature.MINIMIZE_QUOTES)
                        .build())
                .writeValueAsString(document);
    }
}
