package dev.mayfly.runtime;

/** A runtime whose replicas are made from images on an engine. */
public interface ImageEngine {

    /** What references mean. */
    Images images();

    /** How images get here. */
    ImagePulls pulls();

    /** What is in them. */
    ImageContents contents();

    /** Which are here, and their removal. */
    ImageStore store();

    /** From now on asked before a container is made; until then none is made. */
    void gate(ImageGate gate);
}
