package org.zennet.services;

/** Something that was registered and can be taken back. Closing twice is no error. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
