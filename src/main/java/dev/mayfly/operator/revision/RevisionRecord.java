package dev.mayfly.operator.revision;

import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.ImagePin;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * A current or earlier revision of a workload.
 *
 * @param name as in its replicas' label, whichever version of the operator chose it
 * @param number the higher, the later the revision was last desired
 * @param meaning hash of the content, as this version of the operator computes it; empty if it can't be read
 * @param template the template that its replicas run; empty if it can't be read
 * @param pin the image that its first replica ran; empty if none has run
 */
@RecordBuilder
record RevisionRecord(String name, long number, String meaning, Optional<Template> template, Optional<ImagePin> pin)
        implements RevisionRecordBuilder.With {

    /** Names are hashes over the meaning: equal names mean equal content, even if the content can't be read anymore. */
    boolean means(String other) {
        return meaning.equals(other) || name.equals(other);
    }

    /** True if its image has that digest in its repository. */
    boolean runs(String digest) {
        return pin.filter(known -> known.digest().equals(digest)).isPresent();
    }

    /**
     * The digest alone may change, for example when an index gets an image for another platform; then the image is the
     * same.
     */
    boolean differs(ImagePin image) {
        return !image.digest().isEmpty()
                && !runs(image.digest())
                && pin.filter(known -> known.id().equals(image.id())).isEmpty();
    }

    /** The digest by which its image can be pulled again from its repository; empty if there is none. */
    Optional<String> digest() {
        return pin.map(ImagePin::digest).filter(digest -> !digest.isEmpty());
    }

    /** The template that its replicas run, with its image. */
    Optional<Template> pinned() {
        return template.map(known -> known.withImage(image -> image.withPin(pin)));
    }
}
