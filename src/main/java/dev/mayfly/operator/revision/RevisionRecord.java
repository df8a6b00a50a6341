package dev.mayfly.operator.revision;

import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Template;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * A revision that a workload has or had.
 *
 * @param name as its replicas' label says, whichever version of the operator gave it
 * @param number the higher, the later it was last wanted
 * @param meaning what this version of the operator calls that content; empty where it can't be read
 * @param template what its replicas run; empty where it can't be read
 * @param pin the image that its first replica ran; empty where none has run
 */
@RecordBuilder
record RevisionRecord(String name, long number, String meaning, Optional<Template> template, Optional<ImagePin> pin)
        implements RevisionRecordBuilder.With {

    /** Names are hashes over the meaning: an equal name is an equal meaning, even of one that can't be read any more. */
    boolean means(String other) {
        return meaning.equals(other) || name.equals(other);
    }

    /** True where its image has that digest in its repository. */
    boolean runs(String digest) {
        return pin.filter(known -> known.digest().equals(digest)).isPresent();
    }

    /** A digest may change without the content, such as when an index gets an image for another platform. */
    boolean differs(ImagePin image) {
        return !image.digest().isEmpty()
                && !runs(image.digest())
                && pin.filter(known -> known.id().equals(image.id())).isEmpty();
    }

    /** Where its image can be pulled again: from its repository, by this. */
    Optional<String> digest() {
        return pin.map(ImagePin::digest).filter(digest -> !digest.isEmpty());
    }

    /** What its replicas run, and of which image. */
    Optional<Template> pinned() {
        return template.map(known -> known.withPin(pin));
    }
}
