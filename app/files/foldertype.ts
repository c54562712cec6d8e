/** What kind of place a data folder lies in, judged from what the operating system says of it. */

export type FolderFacts = {
  platform: NodeJS.Platform;
  /** Absolute, links and mapped drives resolved; of the nearest folder that is there. */
  path: string;
  /** Linux: /proc/self/mountinfo. macOS: what `mount` prints. Not asked for on Windows, whose path says it. */
  mounts: string;
  /** Names of files and folders beside and above it, as `folder/name`, that synchronising programs leave. */
  marks: readonly string[];
};

export type Place =
  | { kind: 'local' }
  /** SQLite's write-ahead log needs memory that all who open it share (sqlite.org/wal.html): not there over a network. */
  | { kind: 'network'; fileSystem: string; mount: string }
  /** A program copies the folder's files elsewhere and back, each by itself and whenever it likes. */
  | { kind: 'synchronised'; by: string };

/** Also what a virtual machine shares with its host: no shared memory there either. */
const networkTypes =
  /^(nfs\d?|cifs|smb\d?|smbfs|smb2|ncpfs|afs|afpfs|coda|9p|ceph|glusterfs|lustre|beegfs|orangefs|pvfs2|gpfs|davfs\d?|webdav|ftp|vboxsf|prl_fs|vmhgfs|virtiofs|drvfs)$/;
const networkFuse =
  /^(fuse|osxfuse|macfuse|fusefs)[._]?(sshfs|rclone|gvfsd-fuse|s3fs|goofys|davfs|glusterfs|cephfs|ceph|curlftpfs|smbnetfs|vmhgfs-fuse|mergerfs-network|juicefs|gcsfuse|portal)/;

const isNetwork = (type: string): boolean => networkTypes.test(type) || networkFuse.test(type);

type Mount = { at: string; type: string };

/** proc(5): fields up to a lone `-`, then the type; blanks in a path are octal. */
const linuxMounts = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const at = before.split(' ')[4];
    const [type] = after.split(' ');
    if (!at || !type) return [];
    return [
      { at: at.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))), type },
    ];
  });

/** `//user@server/share on /Volumes/share (smbfs, nodev, nosuid)` */
const macMounts = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [, at, type] = /^.*? on (.+) \(([^,)]+)/.exec(line) ?? [];
    return at && type ? [{ at, type }] : [];
  });

/** The last of the longest: what is mounted over another hides it. */
function mountOf(path: string, mounts: Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const within = mount.at === '/' || path === mount.at || path.startsWith(`${mount.at}/`);
    if (within && mount.at.length >= (found?.at.length ?? 0)) found = mount;
  }
  return found;
}

/** `\\server\share\…`, also where a drive letter stood for it; not `\\?\C:\…` and `\\.\…`, which are of this machine. */
const windowsShare = (path: string): string | undefined =>
  /^\\\\(?:\?\\UNC\\)?(?![?.]\\)([^\\]+\\[^\\]+)/i.exec(path)?.[1];

/** By the names the programs give their folders, and by what they leave in them. */
const synchronisers: readonly { by: string; folder?: RegExp; mark?: RegExp }[] = [
  { by: 'OneDrive', folder: /^OneDrive( - .+|-.+)?$/i },
  { by: 'Dropbox', folder: /^Dropbox( \(.+\)|-.+)?$/i, mark: /^\.dropbox(\.cache)?$/ },
  {
    by: 'Google Drive',
    folder: /^(Google ?Drive(-.+)?|My Drive|Meine Ablage)$/i,
    mark: /^\.tmp\.drive(download|upload)$/,
  },
  { by: 'iCloud', folder: /^(iCloud ?Drive|com~apple~CloudDocs|Mobile Documents)$/i },
  { by: 'Nextcloud', folder: /^Nextcloud\d*$/i, mark: /^(\.sync_[0-9a-f]+\.db|\.nextcloudsync\.log)$/ },
  { by: 'ownCloud', folder: /^ownCloud\d*$/i, mark: /^(\._sync_[0-9a-f]+\.db|\.owncloudsync\.log)$/ },
  { by: 'Syncthing', mark: /^\.stfolder$/ },
  { by: 'Box', folder: /^(Box Sync|Box-Box)$/i },
  { by: 'pCloud', folder: /^pCloud ?Drive$/i },
  { by: 'MEGA', folder: /^(MEGA|MEGAsync)$/, mark: /^\.megaignore$/ },
  { by: 'Resilio Sync', folder: /^(Resilio|BTSync) ?Sync$/i },
  { by: 'Synology Drive', folder: /^SynologyDrive$/i, mark: /^\.SynologyWorkingDirectory$/ },
];

export function placeOf({ platform, path, mounts, marks }: FolderFacts): Place {
  if (platform === 'win32') {
    const share = windowsShare(path);
    if (share !== undefined) return { kind: 'network', fileSystem: 'SMB', mount: `\\\\${share}` };
  } else {
    const mount = mountOf(path, platform === 'darwin' ? macMounts(mounts) : linuxMounts(mounts));
    if (mount && isNetwork(mount.type)) return { kind: 'network', fileSystem: mount.type, mount: mount.at };
  }
  const folders = path.split(/[\\/]+/);
  const left = marks.map((mark) => mark.split(/[\\/]+/).at(-1) ?? '');
  const found = synchronisers.find(
    ({ folder, mark }) => folders.some((name) => folder?.test(name)) || left.some((name) => mark?.test(name)),
  );
  return found ? { kind: 'synchronised', by: found.by } : { kind: 'local' };
}
