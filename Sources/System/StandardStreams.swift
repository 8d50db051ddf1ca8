#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension File {
    /// Makes sure that the numbers of standard input, output and error are taken.
    ///
    /// A process that was started without one of them would get its number for the next file that it opens, and then
    /// write its messages into a record. What takes the place of standard output and error can only be read, so that
    /// writing to it fails as it would have.
    public static func occupyStandardStreams() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }
}
