package dev.mayfly.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.github.dockerjava.api.DockerClient;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import dev.mayfly.MainClasses;
import dev.mayfly.cli.images.RemoveImages;
import dev.mayfly.runtime.ImageStore;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No command except {@code mayfly rmi} can change anything on the engine. */
class ReadOnlyTest {
    /** Methods that are GET requests of the engine's API. */
    private static final Set<String> READ_CALLS = Set.of(
            "listContainersCmd",
            "inspectContainerCmd",
            "inspectImageCmd",
            "containerDiffCmd",
            "copyArchiveFromContainerCmd",
            "listNetworksCmd",
            "listVolumesCmd",
            "versionCmd",
            "infoCmd",
            "close");

    @Test
    void theCommandOnlyReadsFromTheEngine() {
        var classes = MainClasses.ALL.that(resideInAPackage("dev.mayfly.cli.."));

        noClasses()
                .that()
                .areNotAssignableTo(RemoveImages.class)
                .should()
                .callMethodWhere(describe(
                        "the engine is changed",
                        (JavaMethodCall call) -> call.getTargetOwner().isAssignableTo(DockerClient.class)
                                        && !READ_CALLS.contains(call.getName())
                                || call.getTargetOwner().isEquivalentTo(ImageStore.class)
                                        && call.getName().equals("remove")))
                .check(classes);
    }
}
