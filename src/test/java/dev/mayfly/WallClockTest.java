package dev.mayfly;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import java.util.Timer;
import org.junit.jupiter.api.Test;

/**
 * The wall clock may be set at any time, so only classes that store, show or compare times of others read it. Whatever
 * waits or measures a duration goes by {@code SteadyClock}, {@link System#nanoTime} or an executor.
 */
class WallClockTest {
    private static final JavaClasses CLASSES = MainClasses.ALL;

    /** By simple name: what for. */
    private static final Map<String, String> READERS = Map.ofEntries(
            Map.entry("SteadyClock", "begins with it"),
            Map.entry("EngineTimes", "translates the engine's times"),
            Map.entry("EngineLease", "times of the Lease"),
            Map.entry("WallClockWatch", "notices that it was set"),
            Map.entry("EventRecorder", "times of Events"),
            Map.entry("Orphans", "the API server's times of creation"),
            Map.entry("OrphanEvents", "times of Events"),
            Map.entry("LeftBehind", "times of Events"),
            Map.entry("DeletionRecords", "times of Events"),
            Map.entry("PrePulls", "times of conditions"),
            Map.entry("CollectionReport", "times of conditions"),
            Map.entry("ComplianceReport", "times of conditions, ages of images"),
            Map.entry("PolicyGate", "ages of images"),
            Map.entry("PolicyEvaluation", "ages of images"),
            Map.entry("ImageGarbageCollection", "stored times of use"),
            Map.entry("SharedResources", "the engine's times of creation"),
            Map.entry("LinuxHost", "times of files"),
            Map.entry("Leftovers", "times of Leases"),
            Map.entry("ListReplicas", "ages of containers"),
            Map.entry("RolloutRestart", "the time of an annotation"),
            Map.entry("Why", "ages of Events"),
            Map.entry("ContainerLogs", "times of lines of a log"),
            Map.entry("NodeUsage", "times of measurements"),
            Map.entry("MetricsServer", "ends of certificates"),
            Map.entry("VirtualNode", "times of conditions, ends of certificates"),
            Map.entry("WriteBundle", "the name of its file"),
            Map.entry("WriteReader", "times of files"));

    private static final DescribedPredicate<JavaClass> A_READER = DescribedPredicate.describe(
            "a reader of the wall clock", type -> READERS.containsKey(type.getSimpleName()));

    @Test
    void onlyClassesThatStoreOrShowTimesReadTheWallClock() {
        noClasses()
                .that(DescribedPredicate.not(A_READER))
                .should()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(OffsetDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callConstructor(Date.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Timer.class)
                .because(
                        "NTP may set it by an hour: take SteadyClock for a duration; where the time is stored, shown or"
                                + " compared with one of others, add the class to the list of this test and say what for")
                .check(CLASSES);
    }

    @Test
    void theListNamesNoClassThatDoesNotReadIt() {
        for (var reader : READERS.keySet()) {
            var type = CLASSES.that(simpleName(reader));
            assertThat(type).as(reader).isNotEmpty();
            assertThat(type.stream()
                            .flatMap(found -> found.getMethodCallsFromSelf().stream())
                            .map(call -> call.getTargetOwner().getName() + "." + call.getName()))
                    .as("%s reads the wall clock", reader)
                    .containsAnyOf("java.time.InstantSource.system", "java.time.Instant.now");
        }
    }
}
