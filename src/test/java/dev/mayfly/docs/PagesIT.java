package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.PackagedOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shell blocks of each page run, in their order, as one script: in a namespace of its own, in which the sample {@code web} runs, and in
 * a directory with the repository's files and those that the page shows. Blocks that say why they are not run are left out. What a
 * block prints is compared with the page where it shows an output.
 */
class PagesIT extends OperatorScenario {
    /** In place of the time that a command waits on a machine that is not busy. */
    private static final String PATIENT = "--timeout=300s";

    private static final int SECONDS = 900;
    /** The examples there are the commands' own, for images and workloads of a reader. */
    private static final Path GENERATED = Path.of("docs/reference");
    /** Links of these to the repository's. */
    private static final List<String> TREES = List.of("deploy", "helm", "crds", ".local");

    @TempDir
    private Path directory;

    PagesIT() {
        super("pages", new OperatorProcess("pages").withNode()); // docs/guides/pods.md is about it
    }

    static Stream<Path> pages() {
        return Pages.all()
                .filter(page -> !page.startsWith(GENERATED))
                .filter(page -> CodeBlock.of(page).anyMatch(PagesIT::runs));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockRuns(Path page) throws IOException {
        // given
        prepare(page);
        workloads.apply(text(Path.of("deploy/samples/web.yaml")));
        workloads.awaitCondition("web", "Available", "True", "MinimumReplicasAvailable", SOON);
        Cluster.client()
                .pods()
                .inNamespace(workloads.namespace())
                .withName("web-0")
                .waitUntilReady(SOON.toSeconds(), TimeUnit.SECONDS);

        // when
        var done = Cli.shell("cd " + directory + " && exec timeout " + SECONDS + " bash ./page.sh");

        // then
        assertThat(done.code()).as(done.output()).isZero();
        assertThat(CodeBlock.of(page).filter(CodeBlock::isOutput))
                .allSatisfy(block -> assertThat(text(directory.resolve(printed(block))))
                        .as("%s shows%n%s", block, block.content())
                        .matches(block::isPrintedBy));
    }

    @AfterEach
    void removeAll() {
        Cli.shell("cd " + directory + " && . ./environment && kubectl delete ew,et --all --timeout=120s;"
                + " kubectl delete imgpol --all; kubectl delete secret,configmap,cronjob --all");
        // else the next page's web-0 would be taken for ready before it is there
        await("no Pod is left")
                .atMost(SOON)
                .until(() -> Cluster.client()
                        .pods()
                        .inNamespace(workloads.namespace())
                        .list()
                        .getItems()
                        .isEmpty());
        // of docs/from-docker.md, if it failed half-way
        Cli.tried("rm", "-f", "lesson", "lesson-os", "lesson-trap", "lesson-holds");
        Cli.tried("rmi", "lesson-image:1");
        Cli.docker("volume", "ls", "-q", "--filter", "label=mayfly.dev/namespace=" + workloads.namespace())
                .lines()
                .forEach(volume -> Cli.tried("volume", "rm", volume));
    }

    private static boolean runs(CodeBlock block) {
        return block.isShell() && block.notRun().isEmpty();
    }

    private void prepare(Path page) throws IOException {
        for (var tree : TREES) {
            Files.createSymbolicLink(directory.resolve(tree), Path.of(tree).toAbsolutePath());
        }
        Files.writeString(directory.resolve("kubeconfig"), Cluster.kubeconfig());
        var bin = Files.createDirectory(directory.resolve("bin"));
        script(bin.resolve("mayfly"), "exec " + PackagedOperator.commandLine() + " \"$@\"");
        // other tests on this engine have a replica of the same name
        script(bin.resolve("docker"), """
                real=$(PATH=${PATH#*:} command -v docker)
                [ "$1" != ps ] || { shift; exec "$real" ps --filter label=mayfly.dev/namespace=%s "$@"; }
                exec "$real" "$@"
                """.formatted(workloads.namespace()));
        Files.writeString(directory.resolve("environment"), """
                export KUBECONFIG=%s/kubeconfig PATH=%s/bin:$PATH:$PWD/.local/bin
                export KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false # else it may lose what a command prints at once
                kubectl config set-context --current --namespace=%s >/dev/null
                """.formatted(directory, directory, workloads.namespace()));
        for (var block :
                CodeBlock.of(page).filter(any -> any.file().isPresent()).toList()) {
            Files.writeString(directory.resolve(block.file().orElseThrow()), block.content());
        }
        Files.writeString(directory.resolve("page.sh"), commands(page));
    }

    private String commands(Path page) {
        var script = new StringBuilder("set -euo pipefail\n. ./environment\nset -x\nexec 3>&1\n");
        var blocks = CodeBlock.of(page).toList();
        for (var i = 0; i < blocks.size(); i++) {
            if (runs(blocks.get(i))) {
                var shown = i + 1 < blocks.size() && blocks.get(i + 1).isOutput();
                script.append(shown ? "exec >%s%n".formatted(printed(blocks.get(i + 1))) : "exec >&3\n")
                        .append(blocks.get(i).content());
            }
        }
        return script.toString()
                .replace("namespace=default", "namespace=" + workloads.namespace())
                .replaceAll("--timeout=\\d+s", PATIENT)
                .replaceAll("(?m)^kubectl wait (?!.*--timeout)", "kubectl wait " + PATIENT + " ");
    }

    /** The file with what the block before prints. */
    private static String printed(CodeBlock output) {
        return "printed." + output.line();
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
