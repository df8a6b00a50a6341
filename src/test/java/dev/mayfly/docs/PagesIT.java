package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.PackagedOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shell blocks of each page run, in their order, as one script: in a namespace of its own, in which the sample {@code web} runs, and in
 * a directory with the repository's files and those that the page shows. Blocks that say why they are not run are left out.
 */
class PagesIT extends OperatorScenario {
    private static final int SECONDS = 300;
    /** The examples there are the commands' own, for images and workloads of a reader. */
    private static final Path GENERATED = Path.of("docs/reference");
    /** Links of these to the repository's. */
    private static final List<String> TREES = List.of("deploy", "helm", "crds", ".local");

    @TempDir
    private Path directory;

    PagesIT() {
        super("pages");
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

        // when
        var done = Cli.shell("cd " + directory + " && exec timeout " + SECONDS + " bash ./page.sh");

        // then
        assertThat(done.code()).as(done.output()).isZero();
    }

    @AfterEach
    void removeAll() {
        Cli.shell("cd " + directory + " && . ./environment && kubectl delete ew,et --all --timeout=120s;"
                + " kubectl delete imgpol --all; kubectl delete secret,configmap,cronjob --all");
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
        script(bin.resolve("mayfly"), "exec " + mayfly() + " \"$@\"");
        // other tests on this engine have a replica of the same name
        script(bin.resolve("docker"), """
                real=$(PATH=${PATH#*:} command -v docker)
                [ "$1" != ps ] || { shift; exec "$real" ps --filter label=mayfly.dev/namespace=%s "$@"; }
                exec "$real" "$@"
                """.formatted(workloads.namespace()));
        Files.writeString(directory.resolve("environment"), """
                export KUBECONFIG=%s/kubeconfig PATH=%s/bin:$PATH:$PWD/.local/bin
                kubectl config set-context --current --namespace=%s >/dev/null
                """.formatted(directory, directory, workloads.namespace()));
        for (var block :
                CodeBlock.of(page).filter(any -> any.file().isPresent()).toList()) {
            Files.writeString(directory.resolve(block.file().orElseThrow()), block.content());
        }
        Files.writeString(directory.resolve("page.sh"), commands(page));
    }

    private String commands(Path page) {
        return CodeBlock.of(page)
                .filter(PagesIT::runs)
                .map(CodeBlock::content)
                .collect(Collectors.joining("\n", "set -euo pipefail\n. ./environment\nset -x\n", ""))
                .replace("namespace=default", "namespace=" + workloads.namespace());
    }

    private static String mayfly() {
        return Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                + " --enable-native-access=ALL-UNNAMED -jar " + PackagedOperator.JAR.toAbsolutePath();
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
