//! The shim's log: everything that was done to the disk, in order. The format is `struct record` of `shim.c`.

use std::ops::Range;

use crate::Result;

/// One operation that has returned.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Opened {
        path: String,
        inode: u64,
        created: bool,
    },
    /// `data` is a range of the log's bytes.
    Wrote {
        inode: u64,
        at: u64,
        data: Range<usize>,
    },
    Truncated {
        inode: u64,
        size: u64,
    },
    Synced {
        inode: u64,
    },
    Unlinked {
        path: String,
    },
    /// `path` is the new name.
    Renamed {
        path: String,
        inode: u64,
    },
    SyncedDirectory,
}

#[derive(Default)]
pub(super) struct Log {
    pub(super) bytes: Vec<u8>,
    pub(super) operations: Vec<Operation>,
}

const HEAD: usize = 32;

impl Log {
    /// Reads a log. A record that the process did not finish writing is none.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self> {
        let mut operations = Vec::new();
        let mut start = 0;
        while let Some(head) = bytes.get(start..start + HEAD) {
            let number = |at: usize, len: usize| {
                head[at..at + len].iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
            };
            let (kind, name_length, inode) = (number(0, 4), usize::try_from(number(4, 4))?, number(8, 8));
            let (offset, length) = (number(16, 8), usize::try_from(number(24, 8))?);
            let data = start + HEAD + name_length..start + HEAD + name_length + length;
            let Some(name) = bytes.get(start + HEAD..data.start).filter(|_| data.end <= bytes.len()) else { break };
            let path = String::from_utf8_lossy(name).into_owned();
            start = data.end;
            operations.push(match kind {
                1 => Operation::Opened { path, inode, created: offset == 1 },
                2 => Operation::Wrote { inode, at: offset, data },
                3 => Operation::Truncated { inode, size: offset },
                4 => Operation::Synced { inode },
                5 => Operation::Unlinked { path },
                6 => Operation::Renamed { path, inode },
                7 => Operation::SyncedDirectory,
                kind => return Err(format!("the log has a record of kind {kind}").into()),
            });
        }
        Ok(Self { bytes, operations })
    }

    /// The inode of the file that was first opened under a name with this end.
    pub(super) fn inode(&self, end: &str) -> Result<u64> {
        let found = self.operations.iter().find_map(|operation| match operation {
            Operation::Opened { path, inode, .. } if path.ends_with(end) => Some(*inode),
            _ => None,
        });
        found.ok_or_else(|| format!("the log never opens {end}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u32, name: &str, inode: u64, offset: u64, data: &str) -> Vec<u8> {
        let numbers = [inode, offset, data.len() as u64].map(u64::to_le_bytes).concat();
        let name_length = u32::try_from(name.len()).expect("small").to_le_bytes();
        [&kind.to_le_bytes()[..], &name_length, &numbers, name.as_bytes(), data.as_bytes()].concat()
    }

    #[test]
    fn records_are_read_in_order_and_the_unfinished_last_one_is_left_out() {
        let whole = [record(1, "/d/a", 7, 1, ""), record(2, "", 7, 512, "abc"), record(4, "", 7, 0, "")].concat();
        let cut = [whole.clone(), record(2, "", 7, 0, "lost")[..34].to_vec()].concat();
        let log = Log::parse(cut).expect("a log");
        assert_eq!(log.operations.len(), 3);
        assert_eq!(log.operations[0], Operation::Opened { path: "/d/a".to_owned(), inode: 7, created: true });
        let Operation::Wrote { at: 512, data, .. } = &log.operations[1] else { panic!("{:?}", log.operations[1]) };
        assert_eq!(&log.bytes[data.clone()], b"abc");
        assert_eq!((log.inode("a").ok(), log.inode("b").ok()), (Some(7), None));
        assert!(Log::parse(record(9, "", 0, 0, "")).is_err());
    }
}
