/** Machines rented to log in to: hiring them, the local ports in front of them, and the files that OpenSSH reads. */
package org.zennet.publisher.internal.rent;
