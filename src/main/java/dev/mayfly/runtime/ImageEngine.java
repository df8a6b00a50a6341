package dev.mayfly.runtime;

/** A runtime that creates replicas from images on an engine. */
public interface ImageEngine {

    /** Resolves image references. */
    Images images();

    /** Pulls images. */
    ImagePulls pulls();

    /** Reports the contents of images. */
    ImageContents contents();

    /** Lists and removes the images on the engine. */
    ImageStore store();

    /** Sets the gate that admits images before a container is created. No container is created until a gate is set. */
    void gate(ImageGate gate);
}
