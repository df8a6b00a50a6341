package dev.mayfly.operator.revision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.HeldContent;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.revision.ImageChecks.Answer;
import dev.mayfly.operator.revision.RevisionHistory.Choice;
import dev.mayfly.operator.revision.RevisionHistory.Revision;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.operator.spec.SpecRevision;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevisionHistoryTest {
    private static final ImagePin ONE = new ImagePin("sha256:i1", "sha256:d1");
    private static final ImagePin TWO = new ImagePin("sha256:i2", "sha256:d2");
    private static final int CONTENT = 1000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Desired a = desired("a", "meaning-a");
    private final Desired b = desired("b", "meaning-b");
    private Instant now = START;

    @Test
    void aNewMeaningIsANewRevisionAndAnEqualMeaningKeepsItsName() {
        var history = empty();

        assertThat(choose(history, a, true)).returns("meaning-a", this::name).returns(true, Choice::fresh);
        assertThat(choose(history, a, true)).returns("meaning-a", this::name).returns(false, Choice::fresh);
        assertThat(choose(history, b, true)).returns("meaning-b", this::name).returns(true, Choice::fresh);
    }

    /** An older version of the operator used another hash: its replicas continue under that name. */
    @Test
    void aRevisionOfEqualMeaningKeepsTheNameOfAnotherHash() {
        var history = new RevisionHistory(List.of(kept("old-hash", 3, "meaning-a", ONE)), "old-hash", START);

        assertThat(choose(history, a, false))
                .returns("old-hash", this::name)
                .returns(false, Choice::fresh)
                .returns(false, Choice::returned);
        assertThat(choose(history, b, false)).returns("meaning-b", this::name).returns(true, Choice::fresh);
    }

    /** For example because the copies of its content were deleted: the hash in its name still identifies it. */
    @Test
    void anUnreadableRevisionIsIdentifiedByItsName() {
        var unread = new Revision("meaning-a", 1, "", Optional.empty(), Optional.of(ONE));
        var history = new RevisionHistory(List.of(unread), "meaning-a", START);

        assertThat(choose(history, a, false)).returns("meaning-a", this::name).returns(false, Choice::fresh);
        assertThat(history.templates().get("meaning-a").image().pin()).contains(ONE);
    }

    /** The resources that an unreadable template used are not known, so nothing may be removed for it. */
    @Test
    void allTemplatesAreKnownOnlyIfEachCanBeRead() {
        var history = empty();
        choose(history, a, false);
        choose(history, b, false);
        assertThat(history.all()).containsExactlyInAnyOrder(a.template(), b.template());

        var unread = new Revision("meaning-c", 1, "", Optional.empty(), Optional.of(ONE));
        assertThatThrownBy(() -> new RevisionHistory(List.of(unread), "", START).all())
                .isInstanceOf(InvalidSpec.class);
    }

    @Test
    void changingTheTemplateBackReturnsToTheEarlierRevisionWithANewNumber() {
        var history = empty();
        choose(history, a, false);
        choose(history, b, false);

        assertThat(choose(history, a, false))
                .returns("meaning-a", this::name)
                .returns(true, Choice::returned)
                .returns(3L, choice -> choice.revision().number())
                .returns(false, Choice::resolving);
    }

    @Test
    void changingBackToAMovingReferenceWaitsForTheRegistry() {
        var history = empty();
        choose(history, a, true);
        pin(history, "meaning-a", ONE);
        choose(history, b, true);

        var stale = new Answer(now, Optional.of(TWO)); // requested earlier by another workload
        assertThat(choose(history, a, true, stale)).returns(true, Choice::resolving);
        assertThat(choose(history, a, true, stale))
                .returns(true, Choice::resolving)
                .returns(false, Choice::returned);
        assertThat(choose(history, a, true, answer(ONE)))
                .returns("meaning-a", this::name)
                .returns(false, Choice::resolving);
    }

    @Test
    void aReferenceThatMovedToAnotherImageIsANewRevision() {
        var history = empty();
        choose(history, a, true);
        pin(history, "meaning-a", ONE);

        var moved = choose(history, a, true, answer(TWO));
        assertThat(moved).returns(true, Choice::fresh).returns(SpecRevision.of("meaning-a", TWO.digest()), this::name);
        assertThat(history.templates().get("meaning-a").image().pin()).contains(ONE);
        assertThat(history.templates().get(name(moved)).image().pin()).contains(TWO);

        assertThat(choose(history, a, true)).returns(name(moved), this::name).returns(false, Choice::fresh);
        assertThat(choose(history, a, true, answer(ONE)))
                .as("moved back: what ran is still known")
                .returns("meaning-a", this::name)
                .returns(true, Choice::returned);
    }

    @Test
    void anAnswerFromBeforeTheFirstReplicaStartedIsIgnored() {
        var history = empty();
        choose(history, a, true);
        var early = answer(TWO);
        pin(history, "meaning-a", ONE);

        assertThat(choose(history, a, true, early)).returns("meaning-a", this::name);
    }

    @Test
    void aFailedImageCheckEndsTheWaitAndKeepsTheRevision() {
        var history = empty();
        choose(history, a, true);
        pin(history, "meaning-a", ONE);
        choose(history, b, true);
        choose(history, a, true);

        assertThat(choose(history, a, true, new Answer(later(), Optional.empty())))
                .returns("meaning-a", this::name)
                .returns(false, Choice::resolving);
    }

    @Test
    void anImageWithoutADigestIsNeverCheckedAtARegistry() {
        var history = empty();
        choose(history, a, true);
        pin(history, "meaning-a", new ImagePin("sha256:i1", ""));

        assertThat(choose(history, a, true, answer(TWO))).returns("meaning-a", this::name);
        choose(history, b, true);
        assertThat(choose(history, a, true)).returns(false, Choice::resolving);
    }

    @Test
    void anotherDigestOfTheSameImageIsNoChange() {
        var history = empty();
        choose(history, a, true);
        pin(history, "meaning-a", ONE);

        assertThat(choose(history, a, true, answer(new ImagePin(ONE.id(), "sha256:another-index"))))
                .returns("meaning-a", this::name);
    }

    @Test
    void afterARestartTheStatusSelectsAmongRevisionsOfEqualMeaning() {
        var stored = List.of(kept("meaning-a", 5, "meaning-a", ONE), kept("by-digest", 4, "meaning-a", TWO));

        assertThat(choose(new RevisionHistory(stored, "by-digest", START), a, true))
                .returns("by-digest", this::name)
                .returns(false, Choice::resolving);
        assertThat(choose(new RevisionHistory(stored, "meaning-b", START), a, true))
                .as("changed back meanwhile")
                .returns("meaning-a", this::name)
                .returns(true, Choice::resolving);
    }

    @Test
    void revisionsInUseAreNeverPruned() {
        var history = empty();
        for (var image : List.of("a", "b", "c", "d")) {
            choose(history, desired(image, "meaning-" + image), false);
        }

        assertThat(history.prune(Set.of("meaning-a"), 1)).containsExactly("meaning-b");
        assertThat(history.prune(Set.of("meaning-a"), 0)).containsExactly("meaning-c");
        assertThat(history.prune(Set.of(), 0)).containsExactly("meaning-a");
        assertThat(history.templates()).containsOnlyKeys("meaning-d");
    }

    /** The content of revisions that nothing uses would fill the operator's memory. */
    @Test
    void onlyRevisionsInUseHoldTheirContent() {
        var history = empty();
        for (var name : List.of("a", "b", "c")) {
            choose(history, withContent(name), false);
        }

        history.reduce(Set.of("meaning-b"));

        assertThat(history.templates()).containsOnlyKeys("meaning-b", "meaning-c");
        assertThat(HeldContent.of(history.all().stream())).isEqualTo(2 * CONTENT);
        assertThat(history.earlier()).containsExactly(withContent("b").template());
        assertThat(history.all())
                .as("their volumes are known, so that none is removed")
                .allSatisfy(template -> assertThat(template.volumes()).containsOnlyKeys("v"));
        assertThat(choose(history, withContent("a"), false))
                .returns("meaning-a", this::name)
                .returns(false, Choice::fresh);
        assertThat(history.templates().get("meaning-a"))
                .isEqualTo(withContent("a").template());
    }

    /** As after a restart: their content, and so their meaning, is read when it is needed. */
    @Test
    void storedRevisionsWithContentAreReadWhenTheyAreUsed() {
        var stored = List.of(
                new Revision("old-hash", 1, "", Optional.of(Revision.reduced(a.template())), Optional.of(ONE)),
                new Revision("other", 2, "", Optional.of(Revision.reduced(b.template())), Optional.of(ONE)));
        var history = new RevisionHistory(stored, "old-hash", START);
        assertThat(history.templates()).isEmpty();
        assertThat(history.knows("meaning-a")).isFalse();
        assertThat(history.reduced(Set.of("old-hash", "gone"))).containsExactly("old-hash");
        assertThat(history.unread()).containsExactly("old-hash", "other");

        history.add(kept("old-hash", 1, "meaning-a", ONE), true);
        history.add(kept("other", 2, "meaning-b", ONE), false);
        history.add(kept("gone", 3, "meaning-c", ONE), true);

        assertThat(history.unread()).isEmpty();
        assertThat(history.knows("meaning-b")).isTrue();
        assertThat(history.knows("meaning-c")).isFalse();
        assertThat(history.templates()).containsOnlyKeys("old-hash");
        assertThat(choose(history, a, false)).returns("old-hash", this::name).returns(false, Choice::fresh);
    }

    private Desired withContent(String name) {
        var file = new Volume.FileContent((name + "x".repeat(CONTENT - 1)).getBytes(StandardCharsets.UTF_8), 0644);
        var desired = desired(name, "meaning-" + name);
        return desired.withTemplate(
                desired.template().withVolumes(Map.of("v", new Volume.Files(Map.of("k", file, "same", file)))));
    }

    private RevisionHistory empty() {
        return new RevisionHistory(List.of(), "", START);
    }

    private Choice choose(RevisionHistory history, Desired desired, boolean moves) {
        return history.choose(desired, moves, Optional.empty(), later());
    }

    private Choice choose(RevisionHistory history, Desired desired, boolean moves, Answer answer) {
        return history.choose(desired, moves, Optional.of(answer), later());
    }

    private void pin(RevisionHistory history, String name, ImagePin pin) {
        history.change(name, later(), revision -> revision.withPin(Optional.of(pin)));
    }

    private Answer answer(ImagePin image) {
        return new Answer(later(), Optional.of(image));
    }

    private Instant later() {
        now = now.plusSeconds(1);
        return now;
    }

    private String name(Choice choice) {
        return choice.revision().name();
    }

    private Revision kept(String name, long number, String meaning, ImagePin pin) {
        return new Revision(name, number, meaning, Optional.of(a.template()), Optional.of(pin));
    }

    private static Desired desired(String image, String meaning) {
        var workload = Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: web, namespace: shop, uid: u1}
                spec: {template: {image: %s}}
                """.formatted(image), EphemeralWorkload.class);
        return new SpecReader(Configs.of(Map.of()))
                .read(workload, Content.UNREAD)
                .withRevision(meaning);
    }
}
