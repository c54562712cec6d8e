import { FileUp } from 'lucide-react';
import { useId } from 'react';

type Props = {
  label: string;
  /** The file endings that the file dialog shows first, e.g. `.pem,.p12`. */
  accept: string;
  /** The chosen file in words. Before a choice it is the hint. */
  chosen: string;
  multiple?: boolean;
  onFiles: (files: File[]) => void;
};

/** Chooses files from this computer. */
export function FilePick({ label, accept, chosen, multiple = false, onFiles }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="file-pick">
        <FileUp aria-hidden="true" />
        <span aria-live="polite">{chosen}</span>
        <input
          id={id}
          type="file"
          accept={accept}
          multiple={multiple}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            if (files.length > 0) onFiles(files);
          }}
        />
      </div>
    </div>
  );
}
